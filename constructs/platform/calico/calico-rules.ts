import type { K3sCluster } from '../../cluster/k3s-cluster';
import { secretsInValues } from '../../helm/secrets-in-values';
import type { ConstructViolation } from '../../violations';
import { resourceViolations } from '../../workloads/resources';
import { architectureViolations, networkViolations, smallNodes } from '../network-provider';
import { calicoResources } from './calico-objects';
import type { CalicoProps } from './calico-settings';

/** What is wrong with the props of Calico, and where they do not fit the cluster. */
export function calicoViolations(props: CalicoProps, cluster: K3sCluster | undefined): ConstructViolation[] {
  const { encapsulation = 'VXLAN', bgp, values = {} } = props;
  return [
    ...(encapsulation === 'None' && bgp === false ? [noRoutes()] : []),
    ...resourceViolations(calicoResources(props)),
    ...secretsInValues(values),
    ...(cluster === undefined
      ? []
      : [
          ...networkViolations(cluster, 'calico', 'required'),
          // projectcalico/calico@v3.32.1:lib.Makefile, ARCHES.
          ...architectureViolations(cluster, 'Calico', ['amd64', 'arm64']),
          ...smallNodes(
            cluster,
            'Calico',
            '2Gi',
            "give the node more memory, or stay with K3s's own network: remove network.cni",
          ),
        ]),
  ];
}

/** tigera/operator@v1.42.3:pkg/controller/installation/validation.go refuses it as well, when it is too late. */
function noRoutes(): ConstructViolation {
  return {
    rule: 'calico',
    property: 'bgp',
    problem: "is false, and without it nobody learns the way to pods with encapsulation: 'None'",
    fix: "remove it, or write encapsulation: 'VXLAN'",
  };
}
