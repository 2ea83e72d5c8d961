import { describeValue, object, type Shape } from '../../lib/rules/shape';
import { objectName } from './object-name-shape';

/** Who signs a certificate: an Issuer or ClusterIssuer of cert-manager. */
export interface IssuerReference {
  readonly name: string;

  /** @default 'ClusterIssuer' */
  readonly kind?: 'ClusterIssuer' | 'Issuer';
}

/**
 * Certificate of the hosts of a route: made by cert-manager through an issuer (given as a construct, or by the name of a ClusterIssuer), a Secret of
 * type `kubernetes.io/tls` in the workload's namespace, the one the ingress controller has for everything (`'default'`), or none (`false`).
 */
export type Tls =
  { readonly issuer: IssuerReference | string } | { readonly secretName: string } | 'default' | false;

/** The annotation by which cert-manager makes the certificate of an Ingress (cert-manager/website@776e5db:content/docs/usage/ingress.md). */
export function issuerAnnotation(tls: Tls): Readonly<Record<string, string>> {
  if (tls === false || tls === 'default' || !('issuer' in tls)) return {};
  const { name, kind = 'ClusterIssuer' } = typeof tls.issuer === 'string' ? { name: tls.issuer } : tls.issuer;
  return { [kind === 'Issuer' ? 'cert-manager.io/issuer' : 'cert-manager.io/cluster-issuer']: name };
}

const issuer = (value: unknown, at: readonly string[]): ReturnType<Shape> => {
  if (typeof value === 'string' && value !== '') return [];
  if (typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string')
    return [];
  return [
    {
      at,
      problem: `must be an issuer or the name of a ClusterIssuer, got ${describeValue(value)}`,
      fix: "write issuer: 'letsencrypt'",
    },
  ];
};

/** Form of {@link Tls}. */
export const tlsShape: Shape = (value, at) => {
  if (value === false || value === 'default') return [];
  if (typeof value === 'object' && value !== null && 'issuer' in value)
    return object({ issuer }, 'issuer')(value, at);
  if (typeof value === 'object' && value !== null && 'secretName' in value)
    return object({ secretName: objectName }, 'secretName')(value, at);
  return [
    {
      at,
      problem: `must say where the certificate comes from, got ${describeValue(value)}`,
      fix: "write tls: { issuer: 'letsencrypt' }, { secretName: 'web-tls' }, 'default' or false",
    },
  ];
};
