import { Construct, type IConstruct } from 'constructs';
import { namespaceOf, type Namespace } from '../cluster/namespace';
import { WorkloadNetwork, type IngressFrom } from './workload-network';

/**
 * Where everything is denied that no policy allows, lets an ingress controller reach the pods by which cert-manager shows a host to be ours. Label
 * and port: cert-manager/cert-manager@v1.21.1:pkg/apis/acme/v1/types.go, pkg/issuer/acme/http/http.go.
 *
 * @param asking Has a certificate made.
 */
export function admitAcmeSolvers(asking: IConstruct, controller: IngressFrom): void {
  const namespace = namespaceOf(asking);
  if (namespace?.defaultDeny === undefined) return;
  const policy = namespace.own.node.tryFindChild(ID) as AcmeSolverPolicy | undefined;
  (policy ?? new AcmeSolverPolicy(namespace, ID)).network.admit(controller, 8089);
}

/** One for all certificates of a namespace, whichever controllers answer for them. */
class AcmeSolverPolicy extends Construct {
  readonly network: WorkloadNetwork;

  constructor(namespace: Namespace, id: string) {
    super(namespace.own, id);
    const selector = { 'acme.cert-manager.io/http01-solver': 'true' };
    const pods = { name: id, namespace: namespace.name, selector };
    this.network = new WorkloadNetwork(this, pods, { name: id }, true);
  }
}

const ID = 'acme-solvers';
