import { objectName } from './object-name-shape';
import { describeValue, list, mapOf, object, text, anyText, type Shape } from '../../lib/rules/shape';

/** How the hosts of a workload are served; made by {@link Ingress}. */
export type IngressChoice =
  | {
      readonly kind: 'ingress';

      /** IngressClass. @default - the first one of the cluster */
      readonly className?: string;

      /** Namespace of the controller's pods, from which alone requests are let in. @default - for Traefik of K3s `kube-system`, else any */
      readonly controllerNamespace?: string;

      /** @default - none */
      readonly annotations?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'gateway';

      /** Name of the Gateway. */
      readonly name: string;

      /** @default - the workload's namespace */
      readonly namespace?: string;

      /** Listener of the Gateway. @default - all that match the host */
      readonly sectionName?: string;

      /** Namespace of the pods that carry the traffic. @default - any */
      readonly controllerNamespace?: string;
    };

/** Makers of {@link IngressChoice}. */
export const Ingress = {
  /** A standard Ingress of some class, such as `nginx`. */
  className: (
    className: string,
    options: {
      readonly controllerNamespace?: string;
      readonly annotations?: Readonly<Record<string, string>>;
    } = {},
  ): IngressChoice => ({ kind: 'ingress', className, ...options }),

  /** A standard Ingress that Traefik serves. */
  traefik: (options: { readonly annotations?: Readonly<Record<string, string>> } = {}): IngressChoice => ({
    kind: 'ingress',
    className: TRAEFIK_CLASS,
    ...options,
  }),

  /** A route of the Gateway API, attached to a Gateway that exists; certificates are the Gateway's. */
  gateway: (
    name: string,
    options: {
      readonly namespace?: string;
      readonly sectionName?: string;
      readonly controllerNamespace?: string;
    } = {},
  ): IngressChoice => ({ kind: 'gateway', name, ...options }),
} as const;

/** Class of the Traefik that K3s packages, and of the one that `Traefik` installs. */
export const TRAEFIK_CLASS = 'traefik';

const ingressKind = object({
  kind: anyText,
  className: objectName,
  controllerNamespace: text,
  annotations: mapOf(anyText),
});
const gatewayKind = object(
  { kind: anyText, name: text, namespace: text, sectionName: text, controllerNamespace: text },
  'name',
);

/** Form of an {@link IngressChoice}. */
export const ingressShape: Shape = (value, at) => {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (kind === 'ingress') return ingressKind(value, at);
  if (kind === 'gateway') return gatewayKind(value, at);
  return [
    {
      at,
      problem: `must be a choice of Ingress, got ${describeValue(value)}`,
      fix: "write Ingress.traefik(), Ingress.className('nginx') or Ingress.gateway('public')",
    },
  ];
};

/** Form of a list of middlewares of Traefik. */
export const middlewareShape: Shape = list((value, at) =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { reference?: unknown }).reference === 'string'
    ? []
    : [
        {
          at,
          problem: `must be a TraefikMiddleware, got ${describeValue(value)}`,
          fix: 'pass the construct itself',
        },
      ],
);
