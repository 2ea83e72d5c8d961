import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptance } from './acceptance';
import { type ApiCase, objectsOfCase } from './api-case';
import { givenDefinitions } from './custom-resource-definitions';
import { type ControlPlane, startControlPlane } from './control-plane';
import { POLICY_EXCEPTIONS, type PolicyException } from './policy-exceptions';
import { isExcepted, policyFindings, policyProblems } from './policies';

const folder = join(__dirname, 'cases');
const load = createRequire(__filename);
let plane: ControlPlane;
const used = new Set<PolicyException>();

beforeAll(async () => {
  plane = await startControlPlane();
});

afterAll(() => plane.stop());

describe.each(readdirSync(folder).sort())('%s', (file) => {
  const { cases } = load(join(folder, file)) as { readonly cases: readonly ApiCase[] };

  const wanted = givenDefinitions() === undefined ? cases.filter(({ needs }) => needs === undefined) : cases;
  for (const entry of wanted) test(entry.name, () => accepted(entry));
  const missing = new Set(
    cases.flatMap(({ needs }) => (wanted === cases || needs === undefined ? [] : [needs])),
  );
  for (const needs of missing)
    test.skip(`of ${needs}: no module has its definitions, and K3STACK_API_CRDS is not set`, () => {});
});

async function accepted(entry: ApiCase): Promise<void> {
  const objects = objectsOfCase(entry);
  expect(objects.length > 0 ? undefined : 'no object').toBe(entry.makesNothing && 'no object');
  const exceptions = [...POLICY_EXCEPTIONS, ...(entry.exceptions ?? [])];
  for (const finding of policyFindings(objects))
    for (const exception of exceptions) if (isExcepted(finding, exception)) used.add(exception);
  expect(await acceptance(plane.api, objects, entry)).toEqual([]);
  expect(policyProblems(objects, exceptions)).toEqual([]);
}

test('every exception from a policy is needed', () => {
  expect(POLICY_EXCEPTIONS.filter((exception) => !used.has(exception))).toEqual([]);
});
