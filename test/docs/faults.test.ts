import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const PAGE = 'docs/faults.md';
const page = readFileSync(PAGE, 'utf8');
const NOT_COVERED = '\n## Not covered yet\n';

describe('docs/faults.md', () => {
  test('has a row for each fault', () => {
    expect(rowsOf(page).length).toBeGreaterThan(90);
    const ids = rowsOf(page).map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  test.each(rowsOf(page).map((row) => [row.id, row] as const))(
    '%s has an outcome, and tests that show it',
    (_, row) => {
      expect(problemsOf(row)).toEqual([]);
    },
  );

  test('says plainly what is not covered', () => {
    const [, rest = ''] = page.split(NOT_COVERED);
    expect(rest).toMatch(/^\| .+ \| .+ \|$/m);
    expect(rest).not.toMatch(/\.test\.ts/);
  });
});

describe('the check of docs/faults.md finds', () => {
  const shown = '`test/docs/links.test.ts` links between pages lead somewhere';
  const row = (outcome: string, tests: string): string[] =>
    rowsOf(`| \`x\` | a fault | ${outcome} | ${tests} | |`).flatMap(problemsOf);

  test('nothing where there is nothing', () => {
    expect(row('**survives**: well', shown)).toEqual([]);
    expect(row('**refuses**: [`X`](errors/X.md)', `${shown}<br>${shown}`)).toEqual([]);
  });

  test.each([
    ['no outcome', 'well', shown, 'no outcome'],
    ['a refusal without a page', '**refuses**: no', shown, 'no page of an error, a rule or a way out'],
    ['no test', '**survives**: well', '', 'no test'],
    [
      'a test without a file',
      '**survives**: well',
      'somewhere',
      'not a file and the name of a test: somewhere',
    ],
    ['a file that is not there', '**survives**: well', '`test/gone.test.ts` a', 'no file test/gone.test.ts'],
    [
      'a test that is not there',
      '**survives**: well',
      '`test/docs/links.test.ts` links lead',
      'no test "links lead" in test/docs/links.test.ts',
    ],
    [
      'the right name below the wrong one',
      '**survives**: well',
      '`test/docs/faults.test.ts` docs/faults.md › no test',
      'no test "docs/faults.md › no test" in test/docs/faults.test.ts',
    ],
    [
      'a row of a table that has none such',
      '**survives**: well',
      `\`test/lib/hosts/scripts/job.test.ts\` the lock of a host › is taken over, said aloud: ${'it is '}Sunday`,
      'no test "the lock of a host › is taken over, said aloud: it is Sunday" in test/lib/hosts/scripts/job.test.ts',
    ],
  ])('%s', (_, outcome, tests, problem) => {
    expect(row(outcome, tests)).toEqual([problem]);
  });

  test.each([
    [
      'of a table',
      'test/lib/hosts/scripts/job.test.ts',
      'the lock of a host › is taken over, said aloud: its time is over',
    ],
    ['of a rule', 'test/lib/distributions/k3s/rules/network.test.ts', 'k3s-cidr-overlap'],
    [
      'of a case in another file',
      'test/lib/rules/transition-rules.test.ts',
      'k3s-downgrade › hit: a minor back',
    ],
    [
      'by another word for test',
      'test/lab/scenarios/cluster-life.test.ts',
      'a release of an older minor › is refused before anything changes',
    ],
    [
      'in a condition',
      'test/lib/hosts/scripts/files.test.ts',
      'a full disk › ends the step with the path named, and leaves the file as it was (needs root)',
    ],
  ])('a test %s', (_, file, name) => {
    expect(isIn(file, name)).toBe(true);
  });
});

interface Row {
  readonly id: string;
  readonly outcome: string;

  /** A file in backticks, then the names of describes and of the test, with `›` in between. */
  readonly tests: readonly string[];
}

function rowsOf(text: string): Row[] {
  const [covered = ''] = text.split(NOT_COVERED);
  return [...covered.matchAll(/^\| `([^`|]+)` \|(.+)\|$/gm)].map(([, id = '', rest = '']) => {
    const [, outcome = '', tests = ''] = rest.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { id, outcome, tests: tests.replaceAll('\\|', '|').split('<br>').filter(Boolean) };
  });
}

function problemsOf({ outcome, tests }: Row): string[] {
  return [
    ...(/^\*\*(survives|refuses)\*\*: ./.test(outcome) ? [] : ['no outcome']),
    ...(/^\*\*refuses\*\*/.test(outcome) && !/\]\([\w/-]+\.md(#[\w-]+)?\)/.test(outcome)
      ? ['no page of an error, a rule or a way out']
      : []),
    ...(tests.length > 0 ? [] : ['no test']),
    ...tests.flatMap((reference) => {
      const [, file = '', name = ''] = /^`(test\/\S+\.test\.ts)` (.+)$/.exec(reference.trim()) ?? [];
      if (name === '') return [`not a file and the name of a test: ${reference}`];
      if (!existsSync(file)) return [`no file ${file}`];
      return isIn(file, name) ? [] : [`no test "${name}" in ${file}`];
    }),
  ];
}

/** Whether a file has a test, or a describe, of that name. Of a name that is made of a table, what a row gives has to stand there too. */
function isIn(file: string, name: string): boolean {
  const { names, literals } = testsOf(file);
  return names.some((path) => {
    const template = path.join(' › ');
    if (template === name) return true;
    const [, ...given] = new RegExp(`^${pattern(template)}$`, 's').exec(name) ?? [];
    return given.length > 0 && given.every((text) => literals.has(text));
  });
}

/** Of a name in which a row of a table takes the place of `%s` and the like. */
function pattern(template: string): string {
  return template.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[sdijop]/g, '(.+?)');
}

interface TestsOfFile {
  /** Names of every test and describe, each below those it is in. */
  readonly names: readonly (readonly string[])[];

  /** Every text in quotes there, and in files of this repository that it imports. */
  readonly literals: ReadonlySet<string>;
}

const known = new Map<string, TestsOfFile>();

function testsOf(file: string): TestsOfFile {
  let found = known.get(file);
  if (found === undefined) known.set(file, (found = read(file)));
  return found;
}

function read(file: string): TestsOfFile {
  const source = parsed(file);
  const names: string[][] = [];
  const visit = (node: ts.Node, above: readonly string[]): void => {
    let path = above;
    if (ts.isCallExpression(node)) {
      const own = isTest(node.expression) ? textOf(node.arguments[0]) : undefined;
      if (own !== undefined) names.push([...(path = [...above, own])]);
      if (ts.isIdentifier(node.expression) && node.expression.text === 'testRules')
        names.push(...rulesIn(node).map((rule) => [...above, rule]));
    }
    ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(source, []);
  const imported = source.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier }) => textOf(moduleSpecifier) ?? '')
    .filter((module) => module.startsWith('.'))
    .map((module) => `${join(dirname(file), module)}.ts`)
    .filter((module) => existsSync(module));
  return { names, literals: new Set([source, ...imported.map(parsed)].flatMap(literalsIn)) };
}

function parsed(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
}

/** `test`, `describe`, `it`, what is made of them such as `test.each([…])`, and the lab's words for tests that are skipped at times. */
function isTest(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return TESTS.has(called.text);
  if (
    ts.isPropertyAccessExpression(called) ||
    ts.isCallExpression(called) ||
    ts.isParenthesizedExpression(called)
  )
    return isTest(called.expression);
  return ts.isConditionalExpression(called) && isTest(called.whenTrue);
}
const TESTS = new Set(['test', 'it', 'describe', 'releaseTest', 'onStandIn', 'recorded']);

/** Rules that rows of `testRules` are about. */
function rulesIn(call: ts.CallExpression): string[] {
  const rules: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'rule')
      rules.push(textOf(node.initializer) ?? '');
    ts.forEachChild(node, visit);
  };
  visit(call);
  return rules;
}

function literalsIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node) ?? (ts.isNumericLiteral(node) ? node.text : undefined);
    if (text !== undefined) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}
