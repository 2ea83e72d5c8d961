import { expect, test } from '@jest/globals';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';
import { secret } from '../../../../lib/secret';
import { hostNamed, k3sModel, server, servers } from '../../../support/k3s-model';
test('x', () => {
  const m = k3sModel({ servers: servers('alfa','bravo','charlie'), agents: { delta: { ...server(9), labels: { 'node-role.kubernetes.io/worker': 'true', disk: 'ssd' }, maxPods: 50, ceiling: { cpu: '1500m', memory: '1Gi' } } },
   hardening: 'cis', network: { cni: { kind: 'flannel', flannel: { mtu: 1400 } } },
   datastore: Datastore.embeddedEtcd({ s3: { bucket: 'b', credentials: { accessKey: secret('a'), secretKey: secret('b') } } }), airGap: true,
   registries: { mirrors: { 'docker.io': {}, '*': { endpoints: ['https://x'] } }, configs: { 'x': { auth: { username: 'u', password: secret('p') } } } } }, { components: ['coredns', 'runtimes'] });
  for (const n of ['alfa', 'delta']) { const h = hostNamed(m, n); console.log(JSON.stringify({...h, files: 0}, null, 1)); console.log(h.files.map((f) => `#### ${f.path} ${f.mode} ${f.encoding} ${f.disruption}\n${f.content}`).join('\n')); }
});
