import type { PreviewReport } from '../../lib/diff/report';
import { topologySvg } from '../../lib/report/topology-svg';
import type { Topology, TopologyNode } from '../../lib/synthesis/topology';
import { sampleObject, sampleReport } from '../support/preview-report';

/** The sample with a picture of its cluster. */
export function reportWithPicture(): PreviewReport {
  const marks = new Map([
    ['main/server-1', 'changed'],
    ['main/agent-7', 'removed'],
  ] as const);
  return sampleReport({
    pictures: [{ environment: 'production', svg: topologySvg(TOPOLOGY, { marks, id: 'production' }) }],
  });
}

/** As many objects as asked for, of two kinds, in two environments by turns; `needle` is in one of them. */
export function largeReport(count: number): PreviewReport {
  const yaml = (version: number): string =>
    Array.from({ length: 60 }, (_, line) => `line-${line}: ${line % 20 === 7 ? version : 'stays'}\n`).join(
      '',
    );
  const objects = Array.from({ length: count }, (_, index) => {
    const kind = index % 2 === 0 ? 'Deployment' : 'Service';
    const id = { ...sampleObject().id, kind, name: index === count - 7 ? 'needle' : `thing-${index}` };
    const environments = [index % 4 < 2 ? 'production' : 'staging'];
    return sampleObject({ id, level: 'routine', environments, yaml: { before: yaml(1), after: yaml(2) } });
  });
  return sampleReport({ objects });
}

const node = (name: string, role: TopologyNode['role'], address: string): TopologyNode => ({
  name,
  cluster: 'main',
  role,
  address,
  architecture: 'arm64',
  accelerators: [],
});

const TOPOLOGY: Topology = {
  clusters: [
    {
      name: 'main',
      distribution: 'k3s',
      version: 'v1.35.4+k3s1',
      datastore: 'embedded etcd',
      endpoint: 'https://10.0.0.11:6443',
      ingress: ['traefik'],
      storage: [{ name: 'local-path', isDefault: true }],
      backups: [],
      hosts: ['shop.example.org'],
    },
  ],
  nodes: [node('server-1', 'server', '10.0.0.11'), node('agent-7', 'agent', '10.0.0.27')],
  externalHosts: [],
  links: [],
};
