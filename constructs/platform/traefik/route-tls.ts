import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { Cluster } from '../../cluster/cluster';
import { TRAEFIK_CLASS } from '../../workloads/ingress';
import type { Tls } from '../../workloads/tls';
import { awaitIssuer } from '../cert-manager/await-issuer';
import type { TraefikObjectName } from './middleware-settings';
import { nameOf } from './reference';

/** `spec.tls` of a route. @param name Of the route. */
export function tlsSpec(name: string, tls: Exclude<Tls, false>, options?: TraefikObjectName): object {
  return {
    ...(tls !== 'default' && { secretName: 'secretName' in tls ? tls.secretName : `${name}-tls` }),
    ...(options !== undefined && { options: nameOf(options) }),
  };
}

/** The Certificate that cert-manager makes for the hosts: it does not look at annotations of routes of Traefik. */
export function routeCertificate(
  scope: Construct,
  {
    name,
    namespace,
    hosts,
    tls,
  }: {
    readonly name: string;
    readonly namespace: string;
    readonly hosts: readonly string[];
    readonly tls: Tls;
  },
): ApiObject | undefined {
  if (tls === false || tls === 'default' || !('issuer' in tls)) return undefined;
  const { name: issuer, kind = 'ClusterIssuer' } =
    typeof tls.issuer === 'string' ? { name: tls.issuer } : tls.issuer;
  const certificate = new ApiObject(scope, 'certificate', {
    // cert-manager/cert-manager@v1.21.1:pkg/apis/certmanager/v1/types_certificate.go
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: `${name}-tls`, namespace },
    spec: {
      secretName: `${name}-tls`,
      dnsNames: hosts,
      issuerRef: { group: 'cert-manager.io', kind, name: issuer },
    },
  });
  awaitIssuer(certificate, tls.issuer, Cluster.tryOf(scope)?.ingressClass ?? TRAEFIK_CLASS);
  return certificate;
}
