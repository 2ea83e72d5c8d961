import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page. */
export interface Fence {
  /** Relative to the root of the repository. */
  readonly page: string;

  /** Line of its first line of code. */
  readonly line: number;

  /** What follows the three backticks, such as `ts`. */
  readonly language: string;
  readonly code: string;
}

/** Every page that is written by hand, relative to the root of the repository. */
export function pages(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !/(^|\/)(dist|node_modules)\//.test(file))
      .map((file) => join(folder, file));
  return ['README.md', 'CONTRIBUTING.md', ...inFolder('docs'), ...inFolder('examples')].sort();
}

/** Every fenced block of a page. */
export function fencesOf(page: string): Fence[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const fences: Fence[] = [];
  let start: { line: number; language: string } | undefined;
  lines.forEach((text, index) => {
    const mark = /^```(\S*)/.exec(text);
    if (mark === null) return;
    if (start === undefined) {
      start = { line: index + 1, language: mark[1] ?? '' };
      return;
    }
    const { line, language } = start;
    fences.push({ page, line: line + 1, language, code: lines.slice(line, index).join('\n') });
    start = undefined;
  });
  return fences;
}
