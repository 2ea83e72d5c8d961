import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { previewPageText } from '../../../../../scripts/preview-page';

test('the script and the style that are shipped are what pages/preview says', () => {
  const shipped = readFileSync('lib/report/preview/html/page.ts', 'utf8');
  // Not compared by `toBe`: a difference of a line this long says nothing.
  expect(shipped === previewPageText('pages/preview')).toBe(true);
});

test('the types of the script of the page are right', () => {
  const { config } = ts.readConfigFile('pages/preview/tsconfig.json', (file) => ts.sys.readFile(file));
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    config,
    ts.sys,
    join(process.cwd(), 'pages/preview'),
  );
  const found = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options));
  expect(fileNames.length).toBeGreaterThan(8);
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});
