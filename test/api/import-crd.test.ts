import { describe, expect, test } from '@jest/globals';
import { generateTypes } from '../../lib/import-crd/generate';
import { readCrds } from '../../lib/import-crd/read-crds';
import { typeErrors } from '../support/type-errors';
import { crdFolders, hasGo, sourcesIn } from './crd-modules';

const withGo = hasGo() ? describe : describe.skip;

withGo('types for the definitions of public projects', () => {
  const files: Record<string, string> = {};

  test('are made of every version of every kind, the same in whatever order', async () => {
    const folders = await crdFolders();
    expect(folders.length).toBeGreaterThan(15);
    for (const [index, folder] of folders.entries()) {
      const { crds } = readCrds(sourcesIn(folder));
      const generated = generateTypes(crds, { versions: ['all'] });
      const versions = crds.flatMap((crd) => crd.versions);
      expect({ ...folder, kinds: generated.flatMap(({ kinds }) => kinds).length }).toEqual({
        ...folder,
        kinds: versions.length,
      });
      expect(generateTypes([...crds].reverse(), { versions: ['all'] })).toEqual(generated);
      for (const { group, text } of generated) files[`${index}-${group}.ts`] = text;
    }
  }, 120_000);

  test('compile with the strict compiler', () => {
    expect(Object.keys(files).length).toBeGreaterThan(25);
    expect(typeErrors(files)).toEqual([]);
  }, 120_000);
});
