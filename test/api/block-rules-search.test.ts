import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSchemas } from '../../adapters/schemas';
import { blockRules } from '../../lib/diff/rules/block-rules';
import { findRisks } from '../../lib/diff/rules/risk-rules';
import { resourcesOf } from '../../lib/kubernetes/resource';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { comparisonOf } from '../support/comparison';
import { API_SERVER, NAMESPACE } from '../support/risk-fixtures/block-update';
import { type ControlPlane, startControlPlane } from './control-plane';
import { mutatedObjects, underAnotherName } from './mutated-objects';
import { mutationsOf } from './mutations';
import { answersTo, prepareNamespace, refusalToCreate, withObjects } from './replay-update';

interface Difference {
  readonly what: RegExp;
  readonly why: string;
}

let plane: ControlPlane;
const met = new Set<Difference>();
const counts = { tried: 0, invalid: 0, refused: 0, taken: 0 };

beforeAll(async () => {
  plane = await startControlPlane();
  await prepareNamespace(plane.api, NAMESPACE);
});

afterAll(() => plane.stop());

/** Where the rules and the API server are known to differ, and why that is left. */
const KNOWN: readonly Difference[] = [
  {
    what: /^Job -spec\.template\.metadata(?:\.labels)?$/,
    why: 'of a suspended Job: server-side apply takes the labels of the Job controller away as well',
  },
  {
    what: /^Job \+spec\.selector=\{\}/,
    why: 'a merge of nothing changes nothing; server-side apply puts it, and is refused',
  },
];

const schemas = loadSchemas();
const resources = resourcesOf({ schemas, kubernetes: API_SERVER });

/** Rules that say an update is refused. */
function said(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): readonly string[] {
  const kubernetes = { before: API_SERVER, after: API_SERVER };
  return findRisks(comparisonOf(before, after, { kubernetes }), blockRules).map(({ rule }) => rule.id);
}

/** Where the rules and the API server say different things of what could be made as it is. */
async function disagreements(before: readonly KubernetesObject[]): Promise<string[]> {
  const object = before.at(-1);
  const resource = object && resources.find(object.apiVersion, object.kind);
  if (object === undefined || resource === undefined) throw new Error('an object without a schema');
  const found: string[] = [];
  for (const mutation of mutationsOf(object, resource.schema, resources.resolve)) {
    counts.tried += 1;
    if ((await refusalToCreate(plane.api, underAnotherName(mutation.object))) !== undefined) {
      counts.invalid += 1;
      continue;
    }
    const after = [...before.slice(0, -1), mutation.object];
    const { apply, put } = await answersTo(plane.api, before, after);
    const rules = said(before, after);
    counts[apply === undefined ? 'taken' : 'refused'] += 1;
    const isRight = rules.length > 0 === (apply !== undefined);
    const isSame = (apply === undefined) === (put === undefined);
    if (isRight && isSame) continue;
    const known = KNOWN.find(({ what }) => what.test(mutation.what));
    if (known === undefined) {
      found.push(
        `${mutation.what}: rules say ${rules.join(', ') || 'nothing'}; apply: ${apply ?? 'taken'}; put: ${put ?? 'taken'}`,
      );
    } else met.add(known);
  }
  return found;
}

describe('every field of an object changed, put or taken away one at a time', () => {
  test.each(mutatedObjects().map((objects, index) => [`${objects.at(-1)?.kind} ${index}`, objects] as const))(
    'the rules say what the API server does: %s',
    async (_name, before) => {
      const found = await withObjects(plane.api, before, () => disagreements(before));
      expect(found).toEqual([]);
    },
    600_000,
  );
});

test('the search was wide, and met every difference that is known', () => {
  process.stdout.write(`${JSON.stringify({ ...counts, known: met.size })}\n`);
  expect(KNOWN.filter((known) => !met.has(known))).toEqual([]);
  expect(counts.taken).toBeGreaterThan(400);
  expect(counts.refused).toBeGreaterThan(200);
});
