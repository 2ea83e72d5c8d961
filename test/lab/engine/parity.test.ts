import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { local } from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EngineStack, pulumiOnPath } from '../world/engine-stack';
import type { LabStack, RunReport } from '../world/lab-stack';
import { MockStack } from './mock-stack';

/** What a program of this test is to register; changed between runs. */
interface Shape {
  /** Name to the names that it waits for. */
  resources: Record<string, readonly string[]>;
  value: string;
  failing?: string;
  refused?: string;
  ignoring?: string;
  deleteBeforeReplace?: boolean;
}

type Make = (program: () => unknown, folder: string) => Promise<LabStack>;

const players: readonly (readonly [string, Make])[] = [
  [
    'the mock',
    (program, folder) => Promise.resolve(new MockStack({ program, environment: 'x', folder, config: {} })),
  ],
  [
    'the real engine',
    (program, folder) =>
      EngineStack.create({
        program: () => Promise.resolve(program() as Record<string, unknown>),
        environment: 'x',
        folder,
        config: {},
      }),
  ],
];

describe.each(players)('%s', (player, make) => {
  if (player === 'the real engine' && pulumiOnPath() === undefined) {
    test.skip('cannot run: pulumi and its plugins are not on PATH', () => undefined);
    return;
  }
  let folder = '';
  let shape: Shape;
  let stack: LabStack;

  beforeEach(async () => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockReturnValue();
    folder = mkdtempSync(join(tmpdir(), 'k3stack-engine-'));
    shape = { resources: { a: [], b: ['a'], c: ['b'], d: ['a'] }, value: '1' };
    stack = await make(() => program(shape, folder), folder);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  const log = (): string[] => {
    const file = join(folder, 'log');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines;
  };

  test('creates what waits for nothing first, and runs nothing a second time', async () => {
    await ok(stack.up());
    const lines = log();
    expect(lines.slice(0, 3)).toEqual(['hook create a', 'create a', 'end a']);
    expect(lines.indexOf('create c')).toBeGreaterThan(lines.indexOf('end b'));
    expect(lines.indexOf('create d')).toBeLessThan(lines.indexOf('end b'));
    const again = await ok(stack.up());
    expect([log(), changesOf(again)]).toEqual([[], []]);
  });

  test('updates what changed, but not what is ignored', async () => {
    shape.ignoring = 'd';
    await ok(stack.up());
    log();
    shape.value = '2';
    const previewed = await ok(stack.preview());
    expect(log()).toEqual([]);
    const done = await ok(stack.up());
    expect(log().filter((line) => !line.startsWith('end'))).toEqual([
      'hook update a',
      'update a',
      'hook update b',
      'update b',
      'hook update c',
      'update c',
    ]);
    expect(changesOf(previewed)).toEqual(changesOf(done));
    expect(changesOf(done)).toEqual(['update a', 'update b', 'update c']);
  });

  test('deletes what is gone at the very end, level by level', async () => {
    await ok(stack.up());
    log();
    shape.resources = { a: [], e: ['a'] };
    await ok(stack.up());
    const lines = log();
    expect(lines.indexOf('end e')).toBeLessThan(lines.findIndex((line) => line.startsWith('delete')));
    expect(lines.indexOf('end c')).toBeLessThan(lines.indexOf('delete b'));
    expect(lines.indexOf('end c')).toBeLessThan(lines.indexOf('delete d'));
    expect(Math.max(lines.indexOf('delete b'), lines.indexOf('delete d'))).toBeLessThan(
      lines.indexOf('end b'),
    );
  });

  test('keeps nothing of a creation that failed, and deletes nothing then', async () => {
    await ok(stack.up());
    log();
    shape.resources = { a: [], b: ['a'], e: ['a'], f: ['e'] };
    shape.failing = 'e';
    const failed = await stack.up();
    expect(failed.succeeded).toBe(false);
    expect(log().filter((line) => line.startsWith('delete') || line.includes(' f'))).toEqual([]);
    expect((await names(stack)).filter((name) => name === 'e' || name === 'f')).toEqual([]);
    delete shape.failing;
    await ok(stack.up());
    expect(log()).toEqual(expect.arrayContaining(['create e', 'create f', 'delete c', 'delete d']));
  });

  test('runs nothing of an operation that a hook refuses', async () => {
    shape.refused = 'b';
    const refused = await stack.up();
    expect(refused.output).toContain('b is not to be');
    expect(log()).not.toContain('create b');
    expect(await names(stack)).not.toContain('b');
  });

  test.each([
    [false, ['create a', 'delete a']],
    [true, ['delete a', 'create a']],
  ])('replaces in the order that is asked for: delete first %s', async (deleteBeforeReplace, expected) => {
    shape = { resources: { a: [] }, value: '1', deleteBeforeReplace };
    await ok(stack.up());
    log();
    await ok(stack.up({ replace: ['a'] }));
    expect(log().filter((line) => /^(create|delete)/.test(line))).toEqual(expected);
  });

  test('destroys in reverse, and calls no hook', async () => {
    await ok(stack.up());
    log();
    await ok(stack.destroy());
    const lines = log();
    expect(lines.filter((line) => line.startsWith('hook'))).toEqual([]);
    expect(lines.slice(-2)).toEqual(['delete a', 'end a']);
    expect(lines.indexOf('end c')).toBeLessThan(lines.indexOf('delete b'));
    expect(await names(stack)).toEqual([]);
  });

  test('goes on after it was killed with what it had not done', async () => {
    expect(await stack.up({ killAfter: 2 })).toMatchObject({ succeeded: false });
    expect(log().filter((line) => line.startsWith('create'))).toContain('create a');
    await ok(stack.up());
    const lines = log();
    expect(lines).not.toContain('create a');
    expect(lines).toContain('create c');
  });
});

function program(
  { resources, value, failing, refused, ignoring, deleteBeforeReplace = false }: Shape,
  folder: string,
) {
  const note = (line: string): void => appendFileSync(join(folder, 'log'), `${line}\n`);
  const hook = (operation: string) =>
    new pulumi.ResourceHook(`before-${operation}`, (args) => {
      if (args.name === refused) throw new Error(`${args.name} is not to be`);
      note(`hook ${operation} ${args.name}`);
    });
  const hooks = { beforeCreate: [hook('create')], beforeUpdate: [hook('update')] };
  const made = new Map<string, local.Command>();
  writeFileSync(join(folder, 'failing'), failing ?? '');
  for (const [name, after] of Object.entries(resources)) {
    const command = (operation: string): string =>
      `echo ${operation} ${name} >> ${folder}/log; sleep 0.4; echo end ${name} >> ${folder}/log; ! grep -qx ${name} ${folder}/failing`;
    const dependsOn = after.map((other) => made.get(other) as local.Command);
    const args = {
      create: command('create'),
      update: command('update'),
      delete: command('delete'),
      stdin: pulumi.secret(value),
    };
    made.set(
      name,
      new local.Command(name, args, {
        dependsOn,
        hooks,
        deleteBeforeReplace,
        ignoreChanges: name === ignoring ? ['*'] : [],
      }),
    );
  }
}

async function ok(result: Promise<RunReport>): Promise<RunReport> {
  const done = await result;
  expect(done).toMatchObject({ succeeded: true });
  return done;
}

async function names(stack: LabStack): Promise<string[]> {
  return [...(await stack.exportState()).matchAll(/command:local:Command::(\w+)"/g)].map(
    ([, name = '']) => name,
  );
}

function changesOf({ operations }: RunReport): string[] {
  return operations.map(({ kind, name }) => `${kind} ${name}`);
}
