import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { preview } from '../../../cli/commands/preview';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }
    >
  >;
}

interface Action {
  readonly inputs: Readonly<Record<string, object>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const read = (path: string) => readFileSync(path, 'utf8');
const workflows = ['github', 'gitea'].flatMap((forge) =>
  readdirSync(join('examples/ci', forge)).map((file) => join('examples/ci', forge, file)),
);
const stepsOf = (path: string): readonly Step[] => {
  if (path === 'action.yml') return (parse(read(path)) as Action).runs.steps;
  return Object.values((parse(read(path)) as Workflow).jobs).flatMap(({ steps }) => steps);
};
const all = [...workflows, 'action.yml'];

describe.each(all)('%s', (path) => {
  const steps = stepsOf(path);
  const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));

  test('puts nothing of the forge into a script: what a stranger named a branch would be run', () => {
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  test('pins each action to a commit, with the version beside it', () => {
    const lines = read(path).match(/^ +(?:- )?uses: .*/gm) ?? [];
    for (const line of lines)
      expect(line.trim().replace('- ', '')).toMatch(/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+/);
    expect(lines.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
  });

  test('has scripts that a shell takes', () => {
    for (const script of scripts)
      execFileSync('bash', ['-n'], { input: script, stdio: ['pipe', 'pipe', 'pipe'] });
  });

  test('calls preview with options that it has', () => {
    const options = [
      ...scripts
        .join('\n')
        .matchAll(
          /(?<=\s|\()--(?!no-install|silent|show|fail |location|config|max-filesize|output|bytes)[a-z][a-z-]*/g,
        ),
    ];
    const known = Object.keys(preview.options).map((name) => `--${name}`);
    expect(options.length).toBeGreaterThan(0);
    for (const [option] of options) expect(known).toContain(option);
  });

  test('leaves no credentials in the checkout', () => {
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with?.['persist-credentials']).toBe(false);
  });
});

describe('the job that runs code of a pull request', () => {
  const rendering = workflows.filter((path) => /k3stack-preview\.ya?ml$/.test(path));

  test.each(rendering)('%s reads, and has no secret', (path) => {
    const text = read(path);
    const { on, permissions, jobs } = parse(text) as Workflow;
    expect(on).toBe('pull_request');
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.values(jobs).every((job) => job.permissions === undefined)).toBe(true);
    expect(text).not.toMatch(/secrets\.|\.token|_TOKEN/);
  });

  test('is one on each forge', () => expect(rendering).toHaveLength(2));
});

describe('the job that writes', () => {
  const writing = workflows.filter((path) => /-comment\.ya?ml$/.test(path));
  const rights: Record<string, object> = {
    github: { actions: 'read', contents: 'read', 'pull-requests': 'write', statuses: 'write' },
    gitea: { actions: 'read', contents: 'read' },
  };

  test.each(writing)('%s runs the default branch alone, with what it needs and no more', (path) => {
    const { on, permissions, jobs } = parse(read(path)) as Workflow;
    expect(on).toEqual({ workflow_run: { workflows: ['k3stack preview'], types: ['completed'] } });
    expect(permissions).toEqual({});
    const [job] = Object.values(jobs);
    expect(job?.permissions).toEqual(rights[path.includes('gitea') ? 'gitea' : 'github']);
    const checkout = job?.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkout?.with).toEqual({ 'persist-credentials': false });
  });

  test('is one on each forge, started by the one that renders', () => {
    expect(writing).toHaveLength(2);
    for (const path of writing)
      expect((parse(read(path.replace('-comment', ''))) as { name: string }).name).toBe('k3stack preview');
  });

  test.each(writing)('%s gives the token that writes to the last step alone', (path) => {
    const steps = stepsOf(path);
    const holders = steps.filter(({ env }) =>
      Object.keys(env ?? {}).some((name) => /^(GITHUB|GITEA)_TOKEN$/.test(name)),
    );
    expect(holders).toEqual([steps.at(-1)]);
    expect(holders[0]?.run).toContain('--post-from');
  });
});

describe('the action', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-action-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { inputs, runs } = parse(read('action.yml')) as Action;
  const [step] = runs.steps;

  /** Runs the script with a program in place of npx that tells its arguments. */
  function run(given: Readonly<Record<string, string>>, code = 0) {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'npx'),
      `#!/bin/sh\nprintf '%s\\n' "$@"\necho "token=$GITHUB_TOKEN left=$PREVIEW_TOKEN" >&2\nexit ${code}\n`,
    );
    chmodSync(join(bin, 'npx'), 0o755);
    const output = join(folder, 'output');
    writeFileSync(output, '');
    const values = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [
        name,
        given[name] ?? ('default' in input ? String(input.default) : ''),
      ]),
    );
    const env = Object.fromEntries(
      Object.entries(step?.env ?? {}).map(([name, value]) => [
        name,
        values[/inputs\.([\w-]+)/.exec(value)?.[1] ?? ''] ?? 'no such input',
      ]),
    );
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step?.run ?? ''],
      {
        encoding: 'utf8',
        env: {
          PATH: `${bin}:${process.env['PATH']}`,
          GITHUB_OUTPUT: output,
          GITHUB_BASE_REF: 'main',
          ...env,
        },
      },
    );
    return { status, words: stdout.trim().split('\n'), said: stderr.trim(), output: read(output).trim() };
  }

  test('compares with the branch to merge into, and posts nothing', () => {
    expect(run({})).toMatchObject({
      status: 0,
      words: [
        '--no-install',
        'k3stack',
        'preview',
        '--base',
        'origin/main',
        '--fail-on',
        'block',
        '--format',
        'md,html,json',
        '--out',
        'preview-report',
      ],
      said: 'token= left=',
      output: 'exit-code=0',
    });
  });

  test('takes whatever is in its inputs as words, never as script', () => {
    const given = {
      base: '$(touch x); `id`',
      env: 'a b,*',
      program: "it's; here",
      project: '--post',
      token: 'secret',
      post: 'true',
    };
    const { words, said } = run(given);
    expect(words.slice(3)).toEqual([
      ...[
        '--base',
        '$(touch x); `id`',
        '--fail-on',
        'block',
        '--format',
        'md,html,json',
        '--out',
        'preview-report',
      ],
      ...['--program', "it's; here", '--env', 'a b,*', '--post', '--project', '--post'],
    ]);
    expect(said).toBe('token=secret left=');
  });

  test('posts what another job rendered, and renders nothing', () => {
    expect(run({ 'post-from': 'report', project: 'shop' }).words).toEqual([
      '--no-install',
      'k3stack',
      'preview',
      '--post-from',
      'report',
      '--project',
      'shop',
    ]);
  });

  test.each([
    [0, 0],
    [2, 0],
    [3, 3],
    [1, 1],
  ])('exits, when preview exits with %i, with %i', (code, status) => {
    expect(run({}, code)).toMatchObject({ status, output: `exit-code=${code}` });
  });

  test('hands each input to its script', () => {
    const used = Object.values(step?.env ?? {}).map(
      (value) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1],
    );
    expect([...used, 'working-directory'].sort()).toEqual(Object.keys(inputs).sort());
  });
});
