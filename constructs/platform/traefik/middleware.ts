import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { nearest } from '../../../lib/nearest';
import { checkProps, describeValue, propertyAt } from '../../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../../violations';
import { authSettings, authViolations } from './auth-users';
import { settingsViolations } from './middleware-rules';
import type * as settings from './middleware-settings';
import { middlewareShape } from './middleware-shape';
import { kubernetesCrdReference, nameOf } from './reference';
import { securityHeaders } from './security-headers';

/** What a middleware does: exactly one. */
export type TraefikMiddlewareKind =
  | { readonly rateLimit: settings.RateLimit }
  | { readonly headers: settings.Headers }
  /** Headers that no page should miss: see {@link securityHeaders}. What is given wins over them. */
  | { readonly securityHeaders: settings.Headers }
  | { readonly redirectScheme: settings.RedirectScheme }
  | { readonly redirectRegex: settings.RedirectRegex }
  | { readonly basicAuth: settings.BasicAuth }
  | { readonly digestAuth: settings.BasicAuth }
  | { readonly forwardAuth: settings.ForwardAuth }
  | { readonly ipAllowList: settings.IpAllowList }
  | { readonly stripPrefix: settings.StripPrefix }
  | { readonly stripPrefixRegex: { readonly regex: readonly string[] } }
  | { readonly addPrefix: { readonly prefix: string } }
  | { readonly replacePath: { readonly path: string } }
  | { readonly replacePathRegex: { readonly regex: string; readonly replacement: string } }
  | { readonly compress: settings.Compress }
  | { readonly retry: settings.Retry }
  | { readonly inFlightReq: settings.InFlightReq }
  | { readonly buffering: settings.Buffering }
  | { readonly circuitBreaker: settings.CircuitBreaker }
  /** One after another, all in reach of the namespace of this one. */
  | { readonly chain: { readonly middlewares: readonly settings.TraefikObjectName[] } }
  /** A middleware that has no type here, as `Middleware.spec` has it. */
  | { readonly other: Readonly<Record<string, unknown>> };

export type TraefikMiddlewareProps = TraefikMiddlewareKind & {
  /** @default - the id of the construct */
  readonly name?: string;

  /** @default - that of the chart around it, else 'default' */
  readonly namespace?: string;
};

/** A middleware of Traefik: what happens to requests before the service gets them. Routes refer to it by its {@link TraefikMiddleware.reference}. */
export class TraefikMiddleware extends Construct {
  readonly name: string;
  readonly namespace: string;

  /** What it does, such as `rateLimit`; the first, when the program says several. */
  readonly kind: string;

  /** The Middleware; `undefined` when the props cannot be read. */
  readonly middleware: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: TraefikMiddlewareProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, middlewareShape);
    const { name = id, namespace = Chart.of(this).namespace ?? 'default', ...kinds } = sound;
    const { other, ...typed } = kinds as MiddlewareSettings;
    const settings = { ...plainSettings(typed), ...other };
    this.name = name;
    this.namespace = namespace;
    this.kind = Object.keys(settings)[0] ?? '';
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }

    this.middleware = new ApiObject(this, 'middleware', {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name, namespace },
      spec: { ...settings, ...this.authSettings(typed) },
    });
    addCheck(this, () => [...kindViolations(typed, { ...typed, ...other }), ...settingsViolations(typed)]);
  }

  /** Settings of the kinds that ask for a password, by the name of the Secret with the users. */
  private authSettings(typed: MiddlewareSettings): object {
    const found = (['basicAuth', 'digestAuth'] as const).flatMap((kind) => {
      const given = typed[kind];
      if (given === undefined) return [];
      addCheck(this, () => authViolations(kind, given));
      return [[kind, authSettings(this, this, given)] as const];
    });
    return Object.fromEntries(found);
  }

  /** As the annotation `traefik.ingress.kubernetes.io/router.middlewares` of an Ingress names it. */
  get reference(): string {
    return kubernetesCrdReference(this);
  }
}

/** What a middleware does, of whichever kind. */
type MiddlewareSettings = Readonly<Record<string, unknown>> & {
  readonly basicAuth?: settings.BasicAuth;
  readonly digestAuth?: settings.BasicAuth;
  readonly securityHeaders?: settings.Headers;
  readonly chain?: { readonly middlewares: readonly settings.TraefikObjectName[] };
  readonly other?: Readonly<Record<string, unknown>>;
};

/** As `Middleware.spec` has it: members of a chain, which may be given as constructs, by their names. */
function plainSettings({ securityHeaders: headers, ...typed }: MiddlewareSettings): Record<string, unknown> {
  return {
    ...typed,
    ...(headers !== undefined && { headers: securityHeaders(headers) }),
    ...(typed.chain && { chain: { middlewares: typed.chain.middlewares.map(nameOf) } }),
  };
}

function kindViolations(typed: object, spec: object): ConstructViolation[] {
  const given = Object.keys(spec);
  const wrongCount = {
    rule: 'traefik-middleware',
    property: 'props',
    problem: `must do exactly one thing, got ${given.map(propertyOf).join(', ') || 'nothing'}`,
    fix: 'write one thing into each TraefikMiddleware, and join several by chain: { middlewares: [a, b] }',
  };
  return [
    ...(given.length === 1 ? [] : [wrongCount]),
    ...Object.keys(typed)
      .filter((kind) => !KINDS.includes(kind))
      .map((kind) => unknownKind(kind)),
  ];
}

function unknownKind(kind: string): ConstructViolation {
  const near = nearest(kind, KINDS);
  return {
    rule: 'traefik-middleware',
    property: propertyAt([kind]),
    problem: 'is no middleware that has a type here',
    fix: near === undefined ? `write other: { ${propertyOf(kind)}: … }` : `did you mean '${near}'?`,
  };
}

function propertyOf(kind: string): string {
  return /^\w{1,60}$/.test(kind) ? kind : describeValue(kind);
}

type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/** Every kind once: the compiler refuses one that is missing. */
const KINDS: readonly string[] = Object.keys({
  rateLimit: true,
  headers: true,
  securityHeaders: true,
  redirectScheme: true,
  redirectRegex: true,
  basicAuth: true,
  digestAuth: true,
  forwardAuth: true,
  ipAllowList: true,
  stripPrefix: true,
  stripPrefixRegex: true,
  addPrefix: true,
  replacePath: true,
  replacePathRegex: true,
  compress: true,
  retry: true,
  inFlightReq: true,
  buffering: true,
  circuitBreaker: true,
  chain: true,
} satisfies Record<Exclude<KeysOf<TraefikMiddlewareKind>, 'other'>, true>);
