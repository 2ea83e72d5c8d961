import type { Bastion, Capacity, Ssh } from '../cluster/node';
import { list, matching, name, oneOf, shape, text, texts, type JsonSchema } from './json-schema';
import type { Disruption } from './disruption';
import type { Artifact, HostFile, HostSynthesis } from './synthesis';

/** What a change costs. */
export const disruption = oneOf<Disruption>('none', 'live', 'restart', 'drain-restart', 'replace');

/** Architectures that K3s is released for. */
export const architecture = oneOf('amd64', 'arm64', 'arm');

/** Server or agent. */
export const role = oneOf('server', 'agent');

/** What a machine has. */
export const capacity: JsonSchema = shape<Capacity>(
  {},
  { cpu: { type: 'number', exclusiveMinimum: 0 }, memory: name, disk: name },
);

const port: JsonSchema = { type: 'integer', minimum: 1, maximum: 65535 };

const bastion: JsonSchema = shape<Bastion>({ host: name }, { port, user: name, hostKey: name });

const ssh: JsonSchema = shape<Ssh>({ host: name }, { port, user: name, hostKey: name, bastion });

const file: JsonSchema = shape<HostFile>(
  {
    path: matching(/^\//),
    mode: matching(/^[0-7]{4}$/),
    owner: matching(/^[^:]+:[^:]+$/),
    content: text,
    encoding: oneOf<HostFile['encoding']>('raw', 'yaml', 'environment'),
    disruption,
  },
  {},
);

const artifact: JsonSchema = shape<Artifact>(
  { name, version: name, path: matching(/^\//) },
  { sha256: name, from: name },
);

/** One host. */
export const hostSchema: JsonSchema = shape<HostSynthesis>(
  {
    name,
    path: name,
    cluster: name,
    role,
    architecture,
    transport: {
      oneOf: [shape<{ ssh: Ssh }>({ ssh }, {}), shape<{ local: true }>({ local: { const: true } }, {})],
    },
    version: name,
    settings: { type: 'object' },
    labels: texts,
    annotations: texts,
    taints: list(matching(/^[^=]+=.*:[A-Za-z]+$/)),
    files: list(file),
    artifacts: list(artifact),
  },
  {
    pool: name,
    nodeIp: name,
    capacity,
    hostname: name,
    rotations: { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } },
  },
);
