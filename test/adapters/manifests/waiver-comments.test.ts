import { expect, test } from '@jest/globals';
import { readManifests } from '../../../adapters/manifests/read-manifests';
import { folderWith } from '../../support/cli';

const WAIVER =
  '# k3stack-waive claim-shrinks PersistentVolumeClaim shop/data until 2026-12-31: moved by hand';
const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';

test.each([
  ['above an object', `${WAIVER}\n${HEAD}`],
  ['in an object', `${HEAD}data:\n  ${WAIVER}\n  a: b\n`],
  ['behind a value', `${HEAD}data:\n  a: b ${WAIVER}\n`],
])('a comment %s waives', async (_, text) => {
  const { waivers } = await readManifests(folderWith({ 'a.yaml': text }));
  expect(waivers.map(({ rule, subject, until }) => [rule, subject, until])).toEqual([
    ['claim-shrinks', 'PersistentVolumeClaim shop/data', '2026-12-31'],
  ]);
});

test.each([
  ['a block of text', `${HEAD}data:\n  script: |\n    ${WAIVER}\n    run\n`],
  ['text in quotes', `${HEAD}data:\n  script: "a ${WAIVER}"\n`],
  ['a key', `${HEAD}data:\n  "a ${WAIVER}": b\n`],
])('%s that reads like a waiver waives nothing: a chart may bring it', async (_, text) => {
  expect((await readManifests(folderWith({ 'a.yaml': text }))).waivers).toEqual([]);
});
