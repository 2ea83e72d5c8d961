import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The source of lib/report/preview/html/page.ts: the script of the page without types, in one function, and its style. */
export function previewPageText(folder: string): string {
  const script = `(() => {\n'use strict';\n${MODULES.map((name) => partOf(join(folder, `${name}.ts`))).join('')}})();`;
  const style = readFileSync(join(folder, 'style.css'), 'utf8').replace(/\n\s*/g, '\n').trim();
  // What ends an element, or a comment of HTML, would end the script with it.
  for (const text of [script, style]) {
    if (/<\/|<!--/.test(text)) throw new Error('pages/preview holds "</" or "<!--": write it in another way');
  }
  return [
    '// Generated from pages/preview: npx jiti scripts/update-preview-page.ts',
    '/** The script of the page of a preview. */',
    '// prettier-ignore',
    `export const PAGE_SCRIPT: string = ${JSON.stringify(script)};`,
    '',
    '/** The style of the page of a preview. */',
    '// prettier-ignore',
    `export const PAGE_STYLE: string = ${JSON.stringify(style)};`,
    '',
  ].join('\n');
}

function partOf(file: string): string {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, removeComments: true },
  });
  return outputText
    .replace(/^import .*;\n/gm, '')
    .replace(/^export (?=async function|function|class|const)/gm, '')
    .replace(/^export \{\};\n/gm, '')
    .replace(/^ +/gm, (indent) => ' '.repeat(indent.length / 4));
}

/** What a module imports stands before it. */
const MODULES = [
  'items',
  'state',
  'filter',
  'lines',
  'line-table',
  'views',
  'keys',
  'theme',
  'main',
] as const;
