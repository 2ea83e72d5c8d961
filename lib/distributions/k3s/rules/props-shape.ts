import {
  byKey,
  either,
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  secretRef,
  text,
  type Shape,
} from '../../../rules/shape';
import { plainData } from './plain-data';

const textOrList = either(text, list(text));
const percentOrNumber = either(number, text);

const quantities = object({ cpu: text, memory: text });
const taint = object(
  { key: text, value: anyText(), effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') },
  'key',
  'effect',
);
const hop = { host: text, port: number, user: text, hostKey: text };
const ssh = object({ ...hop, bastion: object(hop, 'host') }, 'host');

const nodeSettings = {
  labels: mapOf(anyText()),
  taints: list(taint),
  annotations: mapOf(anyText()),
  architecture: oneOf('amd64', 'arm64', 'arm'),
  accelerators: list(object({ resource: text, runtimeClass: text, label: text, count: number }, 'resource')),
  capacity: object({ cpu: number, memory: text, disk: text }),
  maxPods: number,
  reserved: quantities,
  ceiling: quantities,
  logLevel: number,
  containerLog: object({ maxSize: text, maxFiles: number }),
  sysctls: mapOf(text),
  dataDir: text,
  hostname: text,
};

const server = {
  ...nodeSettings,
  ssh,
  local: flag,
  nodeIp: textOrList,
  externalIp: textOrList,
  config: plainData,
};
const agents = mapOf(object({ ...server, version: text }));

const datastoreTls = object({ caFile: text, certFile: text, keyFile: text });
const sql = object(
  { host: text, port: number, database: text, user: text, password: secretRef, tls: datastoreTls },
  'host',
  'user',
  'password',
);
const external = byKey({
  postgres: object({ postgres: sql }),
  mysql: object({ mysql: sql }),
  etcd: object({ etcd: object({ endpoints: list(text), tls: datastoreTls }, 'endpoints') }),
  endpoint: object({ endpoint: secretRef, tls: datastoreTls }),
});
const snapshots = object({ schedule: text, retention: number, dir: text, compress: flag });
const s3 = object(
  {
    bucket: text,
    endpoint: text,
    region: text,
    folder: text,
    credentials: object({ accessKey: secretRef, secretKey: secretRef }, 'accessKey', 'secretKey'),
    retention: number,
    endpointCa: text,
    insecure: flag,
  },
  'bucket',
);
const datastore: Shape = (value, at) => {
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  const common = { kind: oneOf('sqlite', 'embedded-etcd', 'external') };
  if (kind === 'embedded-etcd')
    return object({ ...common, snapshots: either(oneFalse, snapshots), s3 })(value, at);
  if (kind === 'external') return object({ ...common, external }, 'external')(value, at);
  return object(common, 'kind')(value, at);
};

const flannel = object({
  backend: oneOf('vxlan', 'host-gw', 'wireguard-native'),
  mtu: number,
  externalIp: flag,
  ipv6Masquerade: flag,
  interface: text,
  networkPolicy: flag,
});
const network = object({
  cni: byKey({
    flannel: object({ kind: oneOf('flannel'), flannel }, 'kind', 'flannel'),
    provider: object(
      { kind: oneOf('none'), provider: text, kubeProxy: flag },
      'kind',
      'provider',
      'kubeProxy',
    ),
  }),
  clusterCidr: list(text),
  serviceCidr: list(text),
  clusterDns: list(text),
  clusterDomain: text,
  serviceNodePortRange: text,
});

const registries = object({
  mirrors: mapOf(object({ endpoints: list(text), rewrite: mapOf(anyText()) })),
  configs: mapOf(
    object({
      auth: byKey({
        username: object({ username: text, password: secretRef }, 'username', 'password'),
        token: object({ token: secretRef }, 'token'),
      }),
      tls: object({ caFile: text, certFile: text, keyFile: text, insecureSkipVerify: flag }),
    }),
  ),
  embedded: flag,
  systemDefault: text,
});

/** Form of what a program passes to a K3s cluster, for programs without types; `config` has rules of its own. */
export const propsShape = object(
  {
    version: text,
    servers: mapOf(object(server)),
    agents,
    pools: mapOf(
      object({ ...nodeSettings, nodes: agents, maxUnavailable: percentOrNumber, config: plainData }, 'nodes'),
    ),
    datastore,
    network,
    api: object({
      tlsSans: list(text),
      registrationAddress: text,
      kubeVip: object({ address: text, interface: text }, 'address'),
      port: number,
    }),
    registries,
    secretsEncryption: either(flag, object({ provider: oneOf('aescbc', 'secretbox') }, 'provider')),
    hardening: oneOf('cis'),
    audit: either(
      flag,
      object({
        level: oneOf('Metadata', 'Request', 'RequestResponse'),
        maxAge: number,
        maxBackups: number,
        maxSize: number,
      }),
    ),
    upgrade: object({
      maxUnavailable: percentOrNumber,
      drain: either(oneFalse, object({ timeout: number, deleteEmptyDirData: flag, disableEviction: flag })),
      gate: text,
      healthyFor: number,
      after: text,
      soak: text,
    }),
    rotate: object({ certificates: number, encryptionKey: number }),
    reconcile: mapOf(number),
    allowDataLoss: flag,
    downloadFrom: text,
    adopt: flag,
    airGap: either(flag, object({ images: flag, archives: list(text) })),
    nodes: object(nodeSettings),
    coreDns: flag,
    schedulableServers: flag,
    config: object({ server: plainData, agent: plainData }),
  },
  'version',
  'servers',
);

/** `false`, where `true` would say nothing. */
function oneFalse(value: unknown, at: readonly string[]): ReturnType<Shape> {
  return value === false ? [] : flag('', at);
}

/** Text, the empty one too. */
function anyText(): Shape {
  return (value, at) => (value === '' ? [] : text(value, at));
}
