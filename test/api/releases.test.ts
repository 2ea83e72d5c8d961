import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ComparedObject, ObjectChange } from '../../lib/diff/object-change';
import { idKey, type ObjectId } from '../../lib/diff/object-id';
import type { ManifestDocument } from '../../lib/manifests/manifest-document';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { applyFields } from '../support/apply-fields';
import { goModule } from './releases/go-module';
import {
  compareReleases,
  compareSides,
  releaseManifests,
  releaseReport,
} from './releases/release-comparison';
import { RELEASE_PAIRS, type ReleasePair } from './releases/release-pairs';
import { releaseSummary } from './releases/release-summary';

// Two releases of public projects, as they lie in their modules, and what was found right when the report was read beside them. To read one anew:
// `K3STACK_UPDATE_FIXTURES=1 npm run test:api -- releases`, then write what you think of it into release-pairs.ts.

for (const pair of RELEASE_PAIRS) {
  const folders = [pair.before, pair.after].map(goModule);
  const missing = folders.flatMap((found) => ('missing' in found ? [found.missing] : []));
  const [before = '', after = ''] = folders.flatMap((found) => ('folder' in found ? [found.folder] : []));
  if (missing.length > 0) test.skip(`${pair.name}: ${missing.join('; ')}`, () => undefined);
  else describe(pair.name, () => releaseTests(pair, before, after));
}

function releaseTests(pair: ReleasePair, before: string, after: string): void {
  const manifests = releaseManifests(before, after, pair.paths);

  test('the report is the one that was reviewed', async () => {
    const { before: old, after: now, problems } = await manifests;
    const summary = releaseSummary(pair, releaseReport(compareReleases(await manifests), problems));
    const file = join(FIXTURES, `${pair.name}.txt`);
    if (process.env['K3STACK_UPDATE_FIXTURES'] === '1') writeFileSync(file, summary);
    expect(existsSync(file)).toBe(true);
    expect(summary).toBe(readFileSync(file, 'utf8'));
    expect([old.length > 0, now.length > 0, pair.review !== '']).toEqual([true, true, true]);
  });

  test('nothing differs between a release and itself', async () => {
    const { before: old, after: now } = await manifests;
    for (const documents of [old, now]) {
      const copy = structuredClone(documents);
      expect(compareReleases({ before: documents, after: copy })).toMatchObject({ changes: [], folds: {} });
    }
  });

  test('the changes, made to the old release, give the new one', async () => {
    const { before: old, after: now, changes } = compareReleases(await manifests);
    const objects = old.objects
      .filter(({ id }) => !isGone(id, changes))
      .map((object) => made(object, changes));
    const added = changes.flatMap(({ kind, after: object }) => (kind === 'added' && object ? [object] : []));
    expect(compareSides({ ...old, objects: [...objects, ...added] }, now).changes).toEqual([]);
    expect(changes.length).toBeGreaterThan(0);
  });

  test('the report is the same whichever order the documents come in', async () => {
    const { before: old, after: now } = await manifests;
    const one = releaseReport(compareReleases({ before: old, after: now }));
    const other = releaseReport(compareReleases({ before: mixed(old), after: mixed(now) }));
    expect(other).toEqual(one);
  });
}

function isGone(id: ObjectId, changes: readonly ObjectChange[]): boolean {
  return changes.some(({ kind, before }) => kind === 'removed' && before && idKey(before.id) === idKey(id));
}

/** An object with its changes, its new name included. */
function made(object: ComparedObject, changes: readonly ObjectChange[]): ComparedObject {
  const change = changes.find(({ before }) => before && idKey(before.id) === idKey(object.id));
  if (change === undefined || change.after === undefined) return object;
  const applied = applyFields(object.object, change.fields) as KubernetesObject;
  const { name, namespace } = change.after.object.metadata;
  const metadata = { ...applied.metadata, name, ...(namespace !== undefined && { namespace }) };
  return { ...change.after, object: { ...applied, metadata } };
}

/** Another order; objects of one identity stay in theirs, since the last one counts. */
function mixed(documents: readonly ManifestDocument[]): ManifestDocument[] {
  const key = ({ object: { kind, metadata } }: ManifestDocument): string =>
    [...`${metadata.name}/${metadata.namespace ?? ''}/${kind}`].reverse().join('');
  return [...documents].sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}

const FIXTURES = 'test/fixtures/releases';
