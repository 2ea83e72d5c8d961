import type { Violation } from '../rules/violation';
import { graphSchema } from './graph-schema';
import { hostSchema } from './host-schema';
import { list, matching, name, oneOf, shape, text, texts, type JsonSchema } from './json-schema';
import {
  SYNTHESIS_SCHEMA,
  type ClusterDocument,
  type ClusterSynthesis,
  type KubernetesSecret,
  type ManifestFile,
  type ObjectOwner,
  type SecretUse,
  type Synthesis,
  type SynthesizedObject,
} from './synthesis';
import type { SealedBy, SopsBy } from './secrets-in-git';
import { topologySchema } from './topology-schema';

const cluster = shape<ClusterSynthesis>(
  {
    name,
    path: name,
    distribution: name,
    version: name,
    kubernetes: matching(/^\d+\.\d+$/),
    facts: { type: 'object' },
  },
  {},
);

/** Only what every object has; the rest is the business of the cluster's own schema. */
const kubernetesObject: JsonSchema = {
  type: 'object',
  properties: {
    apiVersion: name,
    kind: name,
    metadata: {
      type: 'object',
      properties: { name, namespace: name, labels: texts, annotations: texts },
    },
  },
  required: ['apiVersion', 'kind', 'metadata'],
};

const object = shape<SynthesizedObject>(
  { path: name, owner: oneOf<ObjectOwner>('workloads', 'auto-deploy'), object: kubernetesObject },
  { after: list(name) },
);

const manifest = shape<ManifestFile>({ file: name, cluster: name, objects: list(object) }, {});

const kubernetesSecret = shape<KubernetesSecret>(
  { cluster: name, path: name, namespace: name, name, data: texts },
  {},
);

const secretsInGit: JsonSchema = {
  oneOf: [
    shape<{ readonly cluster: string } & SealedBy>(
      { cluster: name, by: { const: 'sealed-secrets' }, certificate: text },
      {},
    ),
    shape<{ readonly cluster: string } & SopsBy>(
      { cluster: name, by: { const: 'sops' }, age: list(name) },
      {},
    ),
  ],
};

const document = shape<ClusterDocument>({ cluster: name, file: name, content: text }, {});

const violation = shape<Violation>(
  { rule: name, path: text, property: text, problem: name, fix: text },
  { blocks: oneOf<NonNullable<Violation['blocks']>>('synth', 'provision', 'nothing') },
);

/** The shape of `synthesis.json`: what k3stack itself and everyone else may rely on. Published as `docs/schemas/synthesis.v1.schema.json`. */
export const synthesisSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:k3stack:schema:synthesis:v1',
  title: 'k3stack synthesis',
  description: 'Everything that k3stack decides about one environment without an engine or a host.',
  ...shape<Synthesis>(
    {
      schema: { const: SYNTHESIS_SCHEMA },
      environment: name,
      clusters: list(cluster),
      manifests: list(manifest),
      hosts: list(hostSchema),
      graph: graphSchema,
      topology: topologySchema,
      kubernetesSecrets: list(kubernetesSecret),
      documents: list(document),
      secrets: list(shape<SecretUse>({ name, usedBy: list(name) }, {})),
      late: list(shape<Synthesis['late'][number]>({ name, example: text }, {})),
      warnings: list(violation),
    },
    { secretsInGit: list(secretsInGit) },
  ),
};

/** The text of the published file. */
export function synthesisSchemaText(): string {
  return `${JSON.stringify(synthesisSchema, undefined, 2)}\n`;
}
