import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import ts from 'typescript';
import * as k3stack from 'k3stack';
import * as k3stackPulumi from 'k3stack/pulumi';
import * as pulumi from '@pulumi/pulumi';
import { fencesOf } from '../support/markdown';
import { ran, type Ran } from '../support/pulumi-program';

jest.setTimeout(60_000);

const PAGE = 'docs/provision.md';

describe(`the programs of ${PAGE} that use components alone`, () => {
  beforeEach(() => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  test('objects go with the cluster, so that its guard looks for data first', async () => {
    const { resources } = await sample('new Workloads(');
    const objects = [...resources.values()].filter(({ type }) => type.startsWith('kubernetes:'));
    expect(objects.map(({ name }) => name)).toContain('k3s/shop');
    expect(new Set(objects.map(({ deletedWith }) => deletedWith.split('::').at(-1)))).toEqual(
      new Set(['k3s/bootstrap']),
    );
  });

  test('a host alone is prepared', async () => {
    const { order, outputs } = await sample('new Host(');
    expect([order, outputs]).toEqual([['alfa/prepare'], { nodeName: 'alfa' }]);
  });
});

/** Runs the one sample of the page that holds some text. */
function sample(text: string): Promise<Ran> {
  const [code = '', ...more] = fencesOf(PAGE)
    .filter((fence) => fence.language === 'ts' && fence.code.includes(text))
    .map((fence) => fence.code);
  expect(more).toEqual([]);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const config = { 'project:server-token': 'a', 'project:agent-token': 'b', 'project:key': 'c' };
  return ran({
    secretConfig: config,
    program: () => {
      const exported: Record<string, unknown> = {};
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the samples of this repository
      const run = new Function('require', 'exports', outputText) as Program;
      run((name) => MODULES[name], exported);
      return exported;
    },
  });
}

type Program = (require: (name: string) => unknown, exported: object) => void;

const MODULES: Readonly<Record<string, unknown>> = {
  k3stack,
  'k3stack/pulumi': k3stackPulumi,
  '@pulumi/pulumi': pulumi,
};
