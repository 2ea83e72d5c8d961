import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pages } from '../support/markdown';

test('links between pages lead somewhere', () => {
  expect(pages().flatMap(deadLinks)).toEqual([]);
});

/** Relative links of a page to files, or to headings, that are not there. */
function deadLinks(page: string): string[] {
  const text = readFileSync(page, 'utf8').replace(/^```[^]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return [`${page}: ${target}`];
    return anchor === undefined || anchors(file).includes(anchor) ? [] : [`${page}: ${target}`];
  });
}

/** Names of a page's headings as GitHub makes them. */
function anchors(page: string): string[] {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
