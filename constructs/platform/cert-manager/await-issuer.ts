import { Construct } from 'constructs';
import { Cluster } from '../../cluster/cluster';
import { admitAcmeSolvers } from '../../workloads/acme-solver-policy';
import { TRAEFIK_CLASS } from '../../workloads/ingress';
import type { IssuerReference } from '../../workloads/tls';
import type { IngressFrom } from '../../workloads/workload-network';
import { traefikPods } from '../traefik/route-services';
import type { Http01 } from './acme-settings';
import { waitForCertManager } from './cert-manager';

/**
 * What every construct that has a certificate made needs: it comes after cert-manager and the issuer, and where its namespace denies by default, the pods that
 * show its hosts to be ours are let through to.
 *
 * @param usualClass IngressClass of solvers that name none.
 */
export function awaitIssuer(
  construct: Construct,
  issuer: IssuerReference | string,
  usualClass = Cluster.tryOf(construct)?.ingressClass,
): void {
  waitForCertManager(construct);
  if (Construct.isConstruct(issuer)) construct.node.addDependency(issuer);
  for (const solver of httpSolversOf(issuer))
    admitAcmeSolvers(construct, controllerOf(construct, solver, usualClass));
}

/** Of an issuer that something else made, nothing is known but its name: it may show names by HTTP. */
function httpSolversOf(issuer: IssuerReference | string): readonly Http01[] {
  if (typeof issuer === 'object' && 'httpSolvers' in issuer) return issuer.httpSolvers as readonly Http01[];
  return Construct.isConstruct(issuer) ? [] : [{}];
}

function controllerOf(
  construct: Construct,
  { gateway, ingressClass }: Http01,
  usualClass: string | undefined,
): IngressFrom {
  const isTraefik = gateway === undefined && (ingressClass ?? usualClass) === TRAEFIK_CLASS;
  return isTraefik ? traefikPods(construct) : 'anywhere';
}
