import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const MADE = /(?:K3stackError|super)\(\s*'([A-Z][A-Z0-9_]*)'/g;

const folders = ['lib', 'constructs', 'adapters', 'cli', 'stacks'];

const sources = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'));

/** Codes of errors that users meet: the first argument wherever a K3stackError, or an error made of it, is made. */
const codes = new Set(sources.flatMap((text) => [...text.matchAll(MADE)].map(([, code]) => code ?? '')));

const documented = readdirSync('docs/errors')
  .filter((file) => file !== 'README.md')
  .map((file) => file.replace(/\.md$/, ''));

test('every error that users meet has a page in docs/errors, and every page an error', () => {
  expect(documented.sort()).toEqual([...codes].filter((code) => code !== 'USAGE').sort());
});

test.each(documented)('the page of %s says what it means and what to do', (code) => {
  const text = readFileSync(`docs/errors/${code}.md`, 'utf8');
  expect(text.split('\n')[0]).toBe(`# ${code}`);
  expect(text).toMatch(/^## What to do$/m);
});
