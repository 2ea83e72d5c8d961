import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { synthesize } from '../../constructs/synthesis/synthesize';
import { fencesOf } from '../support/markdown';
import { environmentsOf } from '../support/sample-programs';
import { emptyContext, objectNames } from '../support/synthesized';

const FOLDER = 'docs/presets';
const pages = readdirSync(FOLDER).filter((file) => file !== 'README.md' && file.endsWith('.md'));

/** Constructs that have no page of their own yet would not be noticed otherwise. */
const EXPECTED = [
  'bot.md',
  'edge-app.md',
  'external-service.md',
  'inference-server.md',
  'job.md',
  'postgres-database.md',
  'scheduled-job.md',
  'web-service.md',
  'worker.md',
];

describe('the page of each preset', () => {
  test('is there', () => expect(pages).toEqual(expect.arrayContaining(EXPECTED)));

  test.each(pages)('%s begins with a program, and lists the objects that it makes', (page) => {
    const fences = fencesOf(join(FOLDER, page));
    const [program, objects] = fences;
    expect([program?.language, objects?.language]).toEqual(['ts', 'text']);
    const [environment] = environmentsOf(program!);
    expect(environment).toBeDefined();
    const made = objectNames(synthesize(environment!, emptyContext)).filter(
      (name) => !name.startsWith('Namespace '),
    );
    expect(objects!.code.trim().split('\n').sort()).toEqual(made.sort());
  });
});

test('the table of examples counts their lines', () => {
  const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const rows = [...page.matchAll(/\(\.\.\/\.\.\/(examples\/[\w-]+)\)\s*\|\s*\d+\s*\|\s*(\d+)\s*\|/g)];
  expect(rows).toHaveLength(4);
  const lines = rows.map(
    ([, folder = '']) => readFileSync(join(folder, 'environments.ts'), 'utf8').split('\n').length - 1,
  );
  expect(rows.map(([, , count]) => Number(count))).toEqual(lines);
});
