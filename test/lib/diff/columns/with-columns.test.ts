import { expect, test } from '@jest/globals';
import { columnKey, type ColumnAnswer } from '../../../../lib/diff/column';
import { withColumns } from '../../../../lib/diff/columns/with-columns';
import { idKey } from '../../../../lib/diff/object-id';
import type { ObjectBlock } from '../../../../lib/diff/report';

const id = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const block: ObjectBlock = {
  id,
  kind: 'changed',
  replaced: false,
  level: 'routine',
  environments: ['dev', 'staging', 'production'],
  differsIn: [],
  fields: [],
  folds: {},
  summary: '',
  origin: {},
  yaml: {},
};

function said(answers: Readonly<Record<string, string>>): ObjectBlock['columns'] {
  const says = new Map(Object.entries(answers).map(([name, text]) => [columnKey(name, idKey(id)), text]));
  const column: ColumnAnswer = { id: 'live', title: 'Live cluster', notes: [], says };
  return withColumns([block], [column])[0]?.columns;
}

test('what a source says of every environment of a block is said once', () => {
  expect(said({ dev: 'unchanged', staging: 'unchanged', production: 'unchanged' })).toEqual({
    live: 'unchanged',
  });
});

test('what it says of some environments alone is said with their names', () => {
  expect(said({ staging: 'refused', production: 'unchanged', dev: 'unchanged' })).toEqual({
    live: 'dev, production: unchanged; staging: refused',
  });
  expect(said({ staging: 'unchanged' })).toEqual({ live: 'staging: unchanged' });
});

test('a block that no source speaks of has no columns', () => {
  expect(said({ other: 'unchanged' })).toBeUndefined();
});
