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
const existingSecret = object({ existingSecret: text }, 'existingSecret');

/** Form of the props of Longhorn, for programs without types. */
export const longhornShape = object({
  replicas: number,
  isDefault: flag,
  reclaimPolicy: oneOf('Delete', 'Retain'),
  dataLocality: oneOf('disabled', 'best-effort', 'strict-local'),
  dataPath: anyText,
  diskNodes: list(text),
  backup: object({ bucket: anyText, credentials, region: text, prefix: anyText }, 'bucket', 'credentials'),
  volumeCpuPercent: number,
  resources: object({ requests: quantities, limits: quantities }),
  repository: text,
  values: dataMap,
});

/** Only the name of a Secret is read here: what else stands for credentials may be one, and a rule that does not repeat it says so. */
function credentials(value: unknown, at: readonly string[]): ReturnType<Shape> {
  const isNamed = typeof value === 'object' && value !== null && 'existingSecret' in value;
  return isNamed ? existingSecret(value, at) : [];
}
