import { ApiObject, Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { clusterScope } from '../cluster-scope';
import { CERT_MANAGER_NAMESPACE } from './cert-manager';
import type { CertificateIssuer } from './certificate-issuer';

/** An issuer that is to be made. */
export interface IssuerObject extends CertificateIssuer {
  /** Id of the object in the construct. */
  readonly id: string;

  /** Any `spec` that a ClusterIssuer and an Issuer take; `Lazy` values in it are asked for at synth. */
  readonly spec: unknown;
}

/** Makes a ClusterIssuer, or an Issuer in the namespace of the chart around. */
export function issuerObject(scope: Construct, { id, name, kind, spec }: IssuerObject): ApiObject {
  const home = kind === 'ClusterIssuer' ? clusterScope(scope) : scope;
  return new ApiObject(home, id, { apiVersion: 'cert-manager.io/v1', kind, metadata: { name }, spec });
}

/** Namespace of what an issuer reads: its own, and for a ClusterIssuer that of cert-manager. */
export function secretsNamespace(scope: IConstruct, kind: CertificateIssuer['kind']): string {
  if (kind === 'Issuer') return Chart.of(scope).namespace ?? 'default';
  return CERT_MANAGER_NAMESPACE;
}
