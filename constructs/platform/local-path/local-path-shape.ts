import { anyText, flag, list, mapOf, object, oneOf } from '../../../lib/rules/shape';

/** Form of the props of local-path storage, for programs without types. */
export const localPathShape = object({
  className: anyText,
  isDefault: flag,
  path: anyText,
  pathsPerNode: mapOf(list(anyText)),
  reclaimPolicy: oneOf('Delete', 'Retain'),
  volumeBindingMode: oneOf('WaitForFirstConsumer', 'Immediate'),
  volumeType: oneOf('local', 'hostPath'),
});
