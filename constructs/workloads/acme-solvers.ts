import { Construct, type IConstruct } from 'constructs';
import { namespaceOf } from '../cluster/namespace';
import { WorkloadNetwork, type IngressFrom } from './workload-network';

/**
 * Where everything is denied that no policy allows, lets the ingress controller reach the pods by which cert-manager shows a host to be ours. Label
 * and port: cert-manager/cert-manager@v1.21.2:pkg/apis/acme/v1/types.go, pkg/issuer/acme/http/http.go.
 */
export function admitAcmeSolvers(route: IConstruct, controller: IngressFrom): void {
  const namespace = namespaceOf(route);
  if (namespace?.defaultDeny === undefined || namespace.node.tryFindChild(ID) !== undefined) return;
  const scope = new Construct(namespace, ID);
  const selector = { 'acme.cert-manager.io/http01-solver': 'true' };
  const pods = { name: ID, namespace: namespace.name, selector };
  new WorkloadNetwork(scope, pods, { name: ID }, true).admit(controller, 8089);
}

const ID = 'acme-solvers';
