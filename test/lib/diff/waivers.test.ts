import { expect, test } from '@jest/globals';
import { commentedWaivers } from '../../../lib/diff/waivers';

const WAIVER = 'k3stack-waive claim-shrinks PersistentVolumeClaim shop/data until 2026-12-31: moved by hand';
const linesOf = (text: string, file = 'src/program.ts'): (number | undefined)[] =>
  commentedWaivers(text, file).map(({ origin }) => origin.line);

test.each([
  ['alone on its line', `// ${WAIVER}`],
  ['indented', `    // ${WAIVER}`],
  ['in a block', `/* ${WAIVER} */`],
  ['behind code', `add(claim); // ${WAIVER}`],
  ['behind text in quotes that ends before', `add("it's", 'a "b"', \`c\`, 'it\\'s'); // ${WAIVER}`],
])('a comment of a program %s waives', (_, line) => {
  expect(linesOf(`const a = 1;\n${line}\nadd(a);\n`)).toEqual([2]);
});

test.each([
  ['double quotes', `const x = "// ${WAIVER}";`],
  ['single quotes', `const x = '// ${WAIVER}';`],
  ['a template', `const x = \`// ${WAIVER}\`;`],
  ['quotes, behind other text', `const x = ["a", 'b // ${WAIVER}'];`],
  ['quotes, behind an escaped quote', `const x = "a \\" // ${WAIVER}";`],
  ['quotes, as a block', `const x = "/* ${WAIVER} */";`],
  ['a form that is no comment of a program', `const x = y # ${WAIVER}`],
])('text of a program in %s waives nothing', (_, line) => {
  for (const file of ['a.ts', 'a.mts', 'a.js', 'a.cjs', 'a.tsx']) expect(linesOf(line, file)).toEqual([]);
});

test('the text before a comment says nothing in a manifest, whose reader leaves texts out', () => {
  expect(linesOf(`a: it's # ${WAIVER}`, 'a.yaml')).toEqual([1]);
});
