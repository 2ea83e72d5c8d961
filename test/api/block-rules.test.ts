import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { blockRules } from '../../lib/diff/rules/block-rules';
import { NAMESPACE } from '../support/risk-fixtures/block-update';
import { blockFixtures } from '../support/risk-fixtures/block-fixtures';
import { type Confusion, confusionPage, confusionText } from './confusion';
import { type ControlPlane, startControlPlane } from './control-plane';
import { prepareNamespace, replayUpdate, withObjects } from './replay-update';

let plane: ControlPlane;
const confusions: Confusion[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  await prepareNamespace(plane.api, NAMESPACE);
});

afterAll(() => plane.stop());

const replayed = blockFixtures.filter(({ apiServer }) => apiServer !== undefined);
const rules = blockRules.filter(({ refusedByApi }) => refusedByApi === true).map(({ id }) => id);

describe.each(rules)('%s', (id) => {
  const own = replayed.filter(({ rule }) => rule === id);

  test.each(own.map((fixture) => [fixture.apiServer, fixture.name, fixture] as const))(
    'the API server %s: %s',
    async (expected, name, { rule, before, after, hits }) => {
      const answers = await replayUpdate(plane.api, before, after);
      const { apply, put } = answers;
      confusions.push({
        rule,
        name,
        said: hits.length > 0,
        apply: apply !== undefined,
        put: put !== undefined,
      });
      const refused = { apply: apply ?? 'accepts', put: put ?? 'accepts' };
      const said = Object.values(refused).map((text) => (text === 'accepts' ? 'accepts' : 'refuses'));
      expect([said, refused]).toEqual([[expected, expected], refused]);
    },
  );
});

test('what kubectl apply without --server-side sends of a Recreate is taken, as strategy-default-stays says', async () => {
  const fixture = replayed.find(({ rule }) => rule === 'strategy-default-stays');
  if (fixture === undefined) throw new Error('no fixture');
  const [deployment] = fixture.before;
  if (deployment === undefined) throw new Error('no Deployment');
  // The strategy has the patch strategy retainKeys: k8s.io/api@v0.36.3:apps/v1/types.go DeploymentSpec.
  const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
  await withObjects(plane.api, fixture.before, async () => {
    const path = await plane.api.pathOf(deployment);
    const { status } = await plane.api.ask('PATCH', path, patch, 'application/strategic-merge-patch+json');
    expect(status).toBe(200);
  });
});

test('what the rules say is what the API server does, as the page says it', () => {
  process.stdout.write(`${confusionText(confusions)}\n`);
  expect(confusions).toHaveLength(replayed.length);
  const wrong = confusions.filter(({ said, apply, put }) => said !== apply || said !== put);
  expect(wrong).toEqual([]);
  const page = confusionPage(confusions);
  const file = join(__dirname, '../../docs/risks-confusion.md');
  if (process.env['K3STACK_UPDATE_FIXTURES'] === '1') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});
