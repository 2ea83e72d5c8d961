import { outputOf } from '../../lib/distributions/distribution';
import { k3s } from '../../lib/distributions/k3s/k3s';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { k3sModel } from './k3s-model';
import { synthesisOf } from './synthesis-fixture';

/** The synthesis of a cluster as the K3s adapter makes it, with one server `alfa` unless `props` say otherwise. */
export function k3sSynthesis(...args: Parameters<typeof k3sModel>): Synthesis {
  const model = k3sModel(...args);
  const { cluster, hosts, graph, topology } = outputOf(k3s, model, {
    checksum: () => 'a'.repeat(64),
    hostKey: () => undefined,
  });
  const described = {
    name: model.name,
    ...k3s.describe(model),
    ingress: [],
    storage: [],
    backups: [],
    hosts: [],
  };
  return {
    ...synthesisOf({ hosts: {} }),
    clusters: [cluster],
    hosts,
    graph,
    topology: { ...topology, externalHosts: [], clusters: [described] },
  };
}
