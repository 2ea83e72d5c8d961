import { describe, expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import { Datastore, type ExternalDatastore } from '../../../../../lib/distributions/k3s/datastore';
import { Cni } from '../../../../../lib/distributions/k3s/network';
import { secret } from '../../../../../lib/secret';
import { fileAt, k3sModel, server } from '../../../../support/k3s-model';

const parseJson = (text = '') => JSON.parse(text) as Record<string, unknown>;
const content = (props: Partial<K3sClusterProps>, path: string, name = 'alfa') =>
  fileAt(k3sModel(props), name, path)?.content;

describe('labels and taints', () => {
  const registration = (labels: Record<string, string>) =>
    content(
      { agents: { delta: { ...server(9), labels } } },
      '/etc/rancher/k3s/config.yaml.d/40-registration.yaml',
      'delta',
    );

  test('are there from the first moment, in a drop-in of their own', () => {
    expect(registration({ disk: 'ssd', 'topology.kubernetes.io/zone': 'b' })).toBe(
      'node-label:\n  - "disk=ssd"\n  - "topology.kubernetes.io/zone=b"\n',
    );
  });

  test('but those that the kubelet may not set itself are left to the API', () => {
    expect(
      registration({ 'node-role.kubernetes.io/worker': 'true', 'node-restriction.kubernetes.io/tier': '1' }),
    ).toBeUndefined();
    expect(registration({ 'kubelet.kubernetes.io/x': '1', 'my-kubernetes.io/x': '1' })).toContain(
      'my-kubernetes.io/x=1',
    );
  });
});

describe('an agent joins', () => {
  const joins = (props: Partial<K3sClusterProps>) =>
    content(
      { agents: { delta: server(9) }, ...props },
      '/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml',
      'delta',
    );

  test.each<[string, Partial<K3sClusterProps>, string]>([
    ['through the first server', {}, 'https://10.0.0.1:6443'],
    [
      'through the address in front of all servers',
      { api: { registrationAddress: 'k3s.lan', kubeVip: { address: '10.0.0.100' } } },
      'https://k3s.lan:6443',
    ],
    [
      'through the virtual address, at the port of the API',
      { api: { kubeVip: { address: 'fd00::100' }, port: 7443 } },
      'https://[fd00::100]:7443',
    ],
    [
      'through the SSH host of a server that has no other address',
      { servers: { alfa: { ssh: { host: 'alfa.lan' } } } },
      'https://alfa.lan:6443',
    ],
  ])('%s', (_, props, url) => {
    expect(joins(props)).toBe(`server: "${url}"\n`);
  });
});

describe('the environment file', () => {
  const password = secret('db');
  test.each<[string, ExternalDatastore, string]>([
    [
      'Postgres',
      { postgres: { host: 'db.lan', user: 'k3s/rw', password } },
      'postgres://k3s%2Frw:«secret:db|url»@db.lan:5432/k3s',
    ],
    [
      'MySQL, whose password is no URL',
      { mysql: { host: 'fd00::5', port: 3307, database: 'lab', user: 'k3s', password } },
      'mysql://k3s:«secret:db»@tcp([fd00::5]:3307)/lab',
    ],
    ['etcd', { etcd: { endpoints: ['https://a:2379', 'https://b:2379'] } }, 'https://a:2379,https://b:2379'],
    ['a whole connection string', { endpoint: secret('dsn') }, '«secret:dsn»'],
  ])('has the endpoint of %s', (_, external, endpoint) => {
    const file = fileAt(
      k3sModel({ datastore: Datastore.external(external) }),
      'alfa',
      '/etc/systemd/system/k3s.service.env',
    );
    expect(file).toMatchObject({
      content: `K3S_DATASTORE_ENDPOINT="${endpoint}"\n`,
      mode: '0600',
      encoding: 'environment',
    });
  });

  test('has the credentials of snapshots, on servers only', () => {
    const credentials = { accessKey: secret('s3-id'), secretKey: secret('s3-key') };
    const props = {
      agents: { delta: server(9) },
      datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', credentials } }),
    };
    expect(content(props, '/etc/systemd/system/k3s.service.env')).toBe(
      'AWS_ACCESS_KEY_ID="«secret:s3-id»"\nAWS_SECRET_ACCESS_KEY="«secret:s3-key»"\n',
    );
    expect(content(props, '/etc/systemd/system/k3s-agent.service.env', 'delta')).toBeUndefined();
  });
});

test('the CA of the S3 endpoint is written when it is given as text', () => {
  const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
  const props = { datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', endpointCa: ca } }) };
  expect(content(props, '/etc/rancher/k3s/etcd-s3-ca.crt')).toBe(`${ca}\n`);
  expect(content(props, '/etc/rancher/k3s/config.yaml')).toContain(
    'etcd-s3-endpoint-ca: "/etc/rancher/k3s/etcd-s3-ca.crt"\n',
  );
});

test('registries.yaml has secrets as holes inside of double quotes', () => {
  const registries = {
    mirrors: {
      'docker.io': { endpoints: ['https://r.lan:5000'], rewrite: { '^library/(.*)': 'hub/$1' } },
      '*': {},
    },
    configs: {
      'r.lan:5000': { auth: { username: 'yes', password: secret('r') }, tls: { caFile: '/etc/ca.crt' } },
      'q.lan': { auth: { token: secret('q') } },
    },
  };
  expect(content({ registries }, '/etc/rancher/k3s/registries.yaml')).toMatchInlineSnapshot(`
"mirrors:
  docker.io:
    endpoint:
      - https://r.lan:5000
    rewrite:
      "^library/(.*)": "hub/$1"
  "*": {}
configs:
  r.lan:5000:
    auth:
      username: "yes"
      password: "«secret:r»"
    tls:
      ca_file: /etc/ca.crt
  q.lan:
    auth:
      identity_token: "«secret:q»"
"
`);
});

test('the kubelet has a drop-in below the data directory, only when there is something to say', () => {
  const nodes = {
    dataDir: '/srv/k3s',
    maxPods: 60,
    reserved: { memory: '256Mi' },
    containerLog: { maxSize: '5Mi', maxFiles: 3 },
  };
  expect(content({ nodes }, '/srv/k3s/agent/etc/kubelet.conf.d/50-k3stack.conf')).toMatchInlineSnapshot(`
"apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 60
systemReserved:
  memory: "256Mi"
containerLogMaxSize: "5Mi"
containerLogMaxFiles: 3
"
`);
  expect(
    content({ nodes: { dataDir: '/srv/k3s' } }, '/srv/k3s/agent/etc/kubelet.conf.d/50-k3stack.conf'),
  ).toBeUndefined();
});

test('flannel gets its MTU by a file that says otherwise what K3s would', () => {
  const flannel = (backend: 'vxlan' | 'wireguard-native') =>
    parseJson(
      content(
        {
          network: {
            clusterCidr: ['10.52.0.0/16', 'fd00:52::/56'],
            cni: Cni.flannel({ backend, mtu: 1400 }),
          },
        },
        '/etc/rancher/k3s/flannel.json',
      ),
    );
  expect(flannel('vxlan')).toEqual({
    Network: '10.52.0.0/16',
    EnableIPv6: true,
    EnableIPv4: true,
    IPv6Network: 'fd00:52::/56',
    Backend: { Type: 'vxlan', MTU: 1400 },
  });
  expect(flannel('wireguard-native').Backend).toEqual({
    Type: 'wireguard',
    PersistentKeepaliveInterval: 25,
    MTU: 1400,
  });
  expect(content({ network: { cni: Cni.flannel() } }, '/etc/rancher/k3s/flannel.json')).toBeUndefined();
});

test('the audit log never holds the bodies of Secrets', () => {
  const policy = (audit: K3sClusterProps['audit']) =>
    content({ audit }, '/etc/rancher/k3s/audit-policy.yaml');
  expect(policy(true)).toBe('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n');
  expect(policy({ level: 'RequestResponse' })).toMatchInlineSnapshot(`
"apiVersion: audit.k8s.io/v1
kind: Policy
rules:
  - level: Metadata
    resources:
      - group: ""
        resources:
          - secrets
          - configmaps
          - serviceaccounts/token
      - group: authentication.k8s.io
        resources:
          - tokenreviews
  - level: RequestResponse
"
`);
});

test("hardening: 'cis' brings the admission configuration, EventRateLimit's too, and the kernel settings the kubelet wants", () => {
  const props: Partial<K3sClusterProps> = {
    hardening: 'cis',
    nodes: { sysctls: { 'vm.swappiness': '1' } },
    agents: { delta: server(9) },
  };
  expect(content(props, '/etc/rancher/k3s/admission.yaml')).toContain(
    '  - name: EventRateLimit\n    path: /etc/rancher/k3s/event-rate-limit.yaml\n',
  );
  expect(content(props, '/etc/rancher/k3s/event-rate-limit.yaml')).toContain(
    'limits:\n  - type: Server\n    qps: 5000\n    burst: 20000\n',
  );
  expect(content(props, '/etc/rancher/k3s/admission.yaml', 'delta')).toBeUndefined();
  expect(content(props, '/etc/sysctl.d/90-k3stack.conf', 'delta')).toBe(
    'kernel.panic = 10\nkernel.panic_on_oops = 1\nvm.overcommit_memory = 1\nvm.panic_on_oom = 0\nvm.swappiness = 1\n',
  );
});

test('manifests lie on every server, below its data directory, and on no agent', () => {
  const model = k3sModel(
    { nodes: { dataDir: '/srv/k3s' }, agents: { delta: server(9) } },
    { autoDeploy: [{ name: 'vip.yaml', path: 'k3s/vip', content: 'a: 1\n' }] },
  );
  const path = '/srv/k3s/server/manifests/vip.yaml';
  expect(fileAt(model, 'alfa', path)).toEqual({
    path,
    content: 'a: 1\n',
    mode: '0600',
    owner: 'root:root',
    encoding: 'raw',
    disruption: 'live',
  });
  expect(fileAt(model, 'delta', path)).toBeUndefined();
});
