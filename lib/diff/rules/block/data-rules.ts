import type { RiskRule } from '../risk-rule';
import { immutableRule, VALIDATION } from './immutable-rule';
import { valueAt } from './touched-fields';

/** Secrets and ConfigMaps. */
export const dataRules: readonly RiskRule[] = [
  immutableRule({
    id: 'secret-type',
    kinds: ['Secret'],
    title: 'The type of a Secret changes',
    reason: 'Who reads a Secret relies on the keys that its type promises, so that the type stays.',
    fix: 'Give the Secret another name and name that one where it is used, or delete it before this is applied.',
    source: `${VALIDATION}/core/validation/validation.go ValidateSecretUpdate`,
    paths: [['type']],
    defaults: { type: 'Opaque' },
  }),
  immutableRule({
    id: 'immutable-data',
    kinds: ['Secret', 'ConfigMap'],
    title: 'Data that are marked immutable change',
    reason:
      'The object has immutable: true: nodes do not look for changes of it, and the API server refuses them, as well as taking the mark away.',
    fix: 'Give the object another name, such as one with a version in it, and name that one where it is used.',
    source: `${VALIDATION}/core/validation/validation.go ValidateSecretUpdate, ValidateConfigMapUpdate`,
    paths: [['data'], ['stringData'], ['binaryData'], ['immutable']],
    unless: ({ op, path }, { before }) =>
      valueAt(before.object, ['immutable']) !== true ||
      // The API server keeps what stringData brought when it goes.
      (op === 'remove' && path[0] === 'data' && (before.texts ?? 0) > 0),
  }),
];
