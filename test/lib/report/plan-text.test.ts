import { describe, expect, test } from '@jest/globals';
import { planText } from '../../../lib/report/plan-text';
import { plain, type Palette } from '../../../lib/report/palette';
import { synthesisOf } from '../../support/synthesis-fixture';

const config = (over = {}) => ({
  path: '/etc/rancher/k3s/config.yaml',
  mode: '0600',
  owner: 'root:root',
  content: 'cluster-init: true\n',
  encoding: 'raw' as const,
  disruption: 'drain-restart' as const,
  ...over,
});

describe('a server and two agents', () => {
  const settings = {
    'cluster-cidr': ['10.42.0.0/16'],
    'node-ip': '10.0.0.1',
    'kubelet-arg': { 'max-pods': 60 },
  };
  const synthesis = synthesisOf({
    hosts: {
      alfa: {
        files: [config()],
        settings,
        artifacts: [{ name: 'k3s', version: 'v1.34.1+k3s1', path: '/usr/local/bin/k3s' }],
      },
      delta: {
        role: 'agent',
        pool: 'edge',
        settings: { 'node-ip': '10.0.0.2', protect: true, with: 1 },
        labels: { zone: 'a' },
      },
      echo: {
        role: 'agent',
        pool: 'edge',
        settings: { 'node-ip': '10.0.0.3', protect: true, with: 1 },
        taints: ['gpu=yes:NoSchedule'],
      },
    },
    facts: { datastore: 'sqlite' },
  });

  test('reads as order of work, then host by host', () => {
    expect(planText(synthesis)).toMatchInlineSnapshot(`
     "test  1 cluster, 3 hosts

     k3s  k3s v1.34.1+k3s1 · sqlite · https://10.0.0.1:6443 · 1 server, 2 agents

       Order of work
         1  check and stage, all hosts at the same time
            alfa, delta, echo
            - the host meets the requirements and is owned by nobody else
            - the sha256 of every artifact is the one in the lock file
         2  find the cluster, or make it
            - at most one cluster exists among the servers
            - no server has lost a datastore that it had
         3  rotate credentials, where the program asks  (a change: K3s restarts, pods keep running)
            - every server agrees on the encryption key before the next stage of a rotation
         4  remove nodes that are no longer declared  (a removed node: drained, then deleted)
            - another server answers before a server is removed
         5  run servers, one after another  (a change: drained, then K3s restarts)
            alfa
            - it is the only server: the API is away while K3s restarts, pods keep running
            - drained by eviction within 300 s, else uncordoned and stopped
            - API and its Node stay healthy for 10 s at v1.34.1+k3s1, before the next node
         6  join new agents, all at the same time
            delta, echo
            - its Node is Ready
         7  update agents of pool edge in waves  (a change: drained, then K3s restarts)
            delta, echo, one after another
            - every server is healthy
            - at most 1 of 2 agents of pool edge is away
            - drained by eviction within 300 s, else uncordoned and stopped
            - the wave before stays Ready for 10 s
            - its Node is Ready at v1.34.1+k3s1, then uncordoned
         8  set labels, taints and annotations  (a change: applied live)
            - every declared Node exists
            - on destroy: no volume is lost unless an earlier update allowed it
         9  read the kubeconfig
        10  apply workloads  (a change: applied live)
            - the API has the CA of this cluster

       alfa  server · v1.34.1+k3s1 · amd64 · 10.0.0.1 · root@10.0.0.1
         files      /etc/rancher/k3s/config.yaml  0600  root:root  19 B
         artifacts  /usr/local/bin/k3s  k3s v1.34.1+k3s1  no checksum in the lock file
         options    cluster-cidr  10.42.0.0/16
                    node-ip       10.0.0.1
                    kubelet-arg   {"max-pods":60}

       delta  agent of pool edge · v1.34.1+k3s1 · amd64 · 10.0.0.2 · root@10.0.0.2
         options    node-ip  10.0.0.2
                    protect  true
                    with     1
         node       labels  zone=a

       echo  agent of pool edge · v1.34.1+k3s1 · amd64 · 10.0.0.3 · root@10.0.0.3
         options    as delta, but
                      node-ip  10.0.0.3
         node       taints  gpu=yes:NoSchedule
     "
    `);
  });

  test('leaves hosts out on request', () => {
    expect(planText(synthesis, { hosts: false })).not.toContain('config.yaml');
  });
});

test('a large fleet stays readable: hosts and waves beyond a limit are counted', () => {
  const agents = Object.fromEntries(
    Array.from({ length: 50 }, (_, n) => [`agent-${n}`, { role: 'agent' as const }]),
  );
  const text = planText(synthesisOf({ hosts: { alfa: {}, ...agents } }), { hosts: false });
  expect(text).toContain('and 43 more');
  expect(text).toContain('agent-11 and 38 more, one after another');
  expect(text.split('\n').length).toBeLessThan(50);
});

test('what blocks provisioning comes before everything else', () => {
  const violation = {
    rule: 'host-key',
    path: 'test/k3s/servers/alfa',
    property: 'ssh.hostKey',
    problem: 'is not known',
    fix: 'run it',
  };
  const text = planText(
    synthesisOf({
      hosts: { alfa: {} },
      over: {
        warnings: [
          { ...violation, blocks: 'provision' },
          { ...violation, rule: 'other', blocks: 'nothing' },
        ],
      },
    }),
  );
  expect(text.indexOf('Hosts are refused')).toBeLessThan(text.indexOf('Worth knowing'));
  expect(text.indexOf('Worth knowing')).toBeLessThan(text.indexOf('Order of work'));
});

test('colours change nothing but colour', () => {
  const synthesis = synthesisOf({ hosts: { alfa: { files: [config()] }, bravo: {}, charlie: {} } });
  const marked = Object.fromEntries(
    Object.keys(plain).map((name) => [name, (text: string) => `\u001b[1m${text}\u001b[0m`]),
  );
  const colored = planText(synthesis, { color: marked as unknown as Palette });
  expect(colored).not.toBe(planText(synthesis));
  expect(colored.replace(/\u001b\[\dm/g, '')).toBe(planText(synthesis));
});

test('a cluster that something else made has no work on hosts', () => {
  const synthesis = synthesisOf({ hosts: {}, over: { graph: { steps: [], waves: [] } } });
  expect(planText(synthesis)).toContain('made by something else');
});
