import {
  anyText,
  dataMap,
  flag,
  list,
  number,
  object,
  oneOf,
  text,
  type Shape,
} from '../../../lib/rules/shape';

const quantities = object({ cpu: text, memory: text });
const resources = object({ requests: quantities, limits: quantities });
const existingSecret = object({ existingSecret: text }, 'existingSecret');

const bucket = object({
  name: anyText,
  credentials,
  prefix: anyText,
  region: text,
  endpoint: text,
  publicEndpoint: text,
  caCertificate: text,
  checksumAlgorithm: oneOf('', 'CRC32', 'CRC32C', 'SHA1', 'SHA256'),
});

/** Form of the props of Velero, for programs without types. */
export const veleroShape = object(
  {
    bucket,
    schedule: anyText,
    retentionDays: number,
    includedNamespaces: list(text),
    excludedNamespaces: list(text),
    volumes: flag,
    resources,
    nodeAgentResources: resources,
    pluginImage: text,
    values: dataMap,
  },
  'bucket',
);

/** Only the name of a Secret is read here: what else stands for credentials may be one, and a rule that does not repeat it says so. */
function credentials(value: unknown, at: readonly string[]): ReturnType<Shape> {
  const isNamed = typeof value === 'object' && value !== null && 'existingSecret' in value;
  return isNamed ? existingSecret(value, at) : [];
}
