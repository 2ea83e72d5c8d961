import { expect, test } from '@jest/globals';
import { run } from '../../cli/run';
import { commandTable } from '../../cli/command-table';
import { cli, existingProgram, folderWith, k3sProgram, type CliResult } from '../support/cli';

const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });
const use = (...args: string[]): Promise<CliResult> => cli(args, { cwd });

test('loads every command of the table, each with help', async () => {
  for (const [name, entry] of Object.entries(commandTable)) {
    expect(entry.load()).toMatchObject({ options: expect.any(Object), run: expect.any(Function) });
    expect(await use(name, '--help')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(`^Usage: k3stack ${name}`),
    });
  }
});

test('lists the commands, but not the one that only shells use', async () => {
  const { code, stdout } = await use('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/ {2}synth +Write manifests/);
  expect(stdout).not.toMatch(/^ {2}complete /m);
  expect((await use('help', 'synth')).stdout).toBe((await use('synth', '--help')).stdout);
  expect(await use('--version')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test('shows the help on standard error when there is no command', async () => {
  expect(await use()).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Usage: k3stack/),
  });
});

test.each([
  [['sinth'], "error: unknown command 'sinth'\n(Did you mean synth?)\n"],
  [['synth', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
  [['synth', '--env'], "error: option '--env <name>' argument missing\n"],
  [['synth', 'production'], "error: too many arguments for 'synth'. Expected 0 arguments but got 1.\n"],
  [
    ['synth', '--env', ''],
    "error: option '--env <name>' argument '' is invalid. It has an empty name; write the name, or leave the option out.\n",
  ],
  [
    ['plan', '--env', 'a,'],
    "error: option '--env <name>' argument 'a,' is invalid. It has an empty name; write the name, or leave the option out.\n",
  ],
  [
    ['doctor', '--out', ''],
    "error: option '--out <folder>' argument '' is invalid. It is empty; write it, or leave the option out.\n",
  ],
  [['completion'], "error: missing required argument 'shell'\n"],
])('refuses %j', async (args, stderr) => {
  expect(await use(...args)).toEqual({ code: 1, stdout: '', stderr });
});

test('tells of a wrong use as JSON too', async () => {
  const { code, stdout, stderr } = await use('synth', '--json', '--nope');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ error: { code: 'USAGE', message: "unknown option '--nope'" } });
});

test('names the page of an error', async () => {
  expect((await use('synth', '--env', 'b')).stderr).toMatch(
    /\nsee .*docs\/errors\/UNKNOWN_ENVIRONMENT\.md\n$/,
  );
});

test('what the system refuses is told without a stack', async () => {
  const stdin = (): Promise<string> =>
    Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
  const text: string[] = [];
  const output = { write: (chunk: string) => void text.push(chunk) };
  const code = await run(['options', '--check', '-'], {
    cwd,
    env: {},
    stdout: output,
    stderr: output,
    stdin,
  });
  expect({ code, text: text.join('') }).toEqual({ code: 1, text: 'error: EACCES: permission denied\n' });
});

test('a defect is told with its stack, and names no address to report it to', async () => {
  const text: string[] = [];
  const output = { write: (chunk: string) => void text.push(chunk) };
  const stdin = (): Promise<string> => Promise.reject(new TypeError('no\u001b[2Jthing'));
  await run(['options', '--check', '-'], { cwd, env: {}, stdout: output, stderr: output, stdin });
  expect(text.join('')).toMatch(
    /^TypeError: no\\u001b\[2Jthing\n {4}at .*\n\nThis is a defect of k3stack\. Please report it to its maintainers, with the lines above\.\n$/s,
  );
  expect(text.join('')).not.toMatch(/https?:/);
});

test('what a program or a person writes cannot steer the terminal', async () => {
  const folder = folderWith({
    'environments.ts': existingProgram(
      ['a', 'b'],
      "if (env.name === 'a') throw new Error('red \\u001b[31m\\r\\nand\\ttab');\n new Namespace(cluster, 'x\\u001b[2J', { podSecurity: 'baseline' });",
    ),
    'config.yaml': '"flanel\\e[2J": x\n',
  });
  const results = [
    await cli(['validate', '--no-types'], { cwd: folder }),
    await cli(['plan'], { cwd: folder }),
    await cli(['options', '--check', 'config.yaml'], { cwd: folder }),
    await cli(['synth', '--env', 'a\u001b[2J'], { cwd: folder }),
  ];
  const texts = results.map(({ stdout, stderr }) => stdout + stderr);
  expect(texts.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(texts[0]).toContain('threw Error: red \\u001b[31m\n  and tab\n');
  expect(texts[0]).toContain('\\u001b[2J');
  expect(texts[2]).toContain('flanel\\u001b[2J: ');
});

test('--json has code, message and violations of an error', async () => {
  const folder = folderWith({ 'environments.ts': k3sProgram(['a'], 'latest') });
  const { error } = JSON.parse((await cli(['validate', '--no-types', '--json'], { cwd: folder })).stdout);
  expect(error).toMatchObject({
    code: 'INVALID_PROGRAM',
    violations: [expect.objectContaining({ path: 'a/k3s', property: 'version' })],
  });
});

test.each<[tty: boolean, env: Record<string, string>, coloured: boolean]>([
  [false, {}, false],
  [true, {}, true],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('on a terminal %s with %j colours are %s', async (tty, env, coloured) => {
  const { stdout } = await cli(['validate', '--no-types'], { cwd, tty, env });
  expect(stdout.includes('\u001b[3')).toBe(coloured);
});
