import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { posixShells } from '../../../support/shells';
import { ScriptHost } from '../../../support/script-host';

jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  host.step('demo', DEMO);
});
afterEach(() => host.remove());

const DEMO = `
step() {
  say begun
  echo x >>"$STATE/begun"
  cleanup 'echo cleaned >>"$STATE/cleaned"'
  each_record word show
  sleep "\${IN_SLEEP:-0}"
  [ "\${IN_FAIL:-no}" = no ] || fail quorum 'two of three'
  [ "\${IN_BREAK:-no}" = no ] || false
  did "did it"
  result text "$IN_TEXT"
}
step_delete() { did deleted; }
show() { say "word $*"; }
`;
const values = { NODE: 'alfa', TEXT: 'canary "s3cret"\nüx' };
const demo = (more: Record<string, string> = {}, deadline = 30) => ({
  step: 'demo',
  deadline,
  values: { ...values, ...more },
  records: [['word', "it's", '$HOME'], ['other']],
});

describe.each(posixShells.filter(({ name }) => !/zsh|ksh/.test(name)))('under $name', ({ program, args }) => {
  test('a step hands out one line of JSON, and its messages as they come', async () => {
    const other = new ScriptHost([program, ...args.slice(0, -1)]);
    other.step('demo', DEMO);
    const run = await other.run('create', demo());
    expect(run).toMatchObject({
      code: 0,
      stderr: "k3stack: begun\nk3stack: word it's $HOME\nk3stack: did it\n",
    });
    expect(run.result).toEqual({
      k3stack: 1,
      step: 'demo',
      node: 'alfa',
      did: ['did it'],
      text: values.TEXT,
    });
    expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
    other.remove();
  });
});

test('a step that takes k3stack off the host leaves nothing in memory either', async () => {
  host.step('demo', 'step_delete() { rm -rf "$STATE"; did gone; }');
  expect((await host.run('delete', demo())).result).toMatchObject({ did: ['gone'] });
  expect(host.has('/run/k3stack')).toBe(false);
});

test('the operation chooses the function', async () => {
  expect((await host.run('delete', demo())).result?.did).toEqual(['deleted']);
  expect(await host.runText('destroy' as 'delete', 'end\n')).toMatchObject({ code: 14 });
});

test('a failure has its code, and a defect is no failure of that name', async () => {
  expect(await host.run('create', demo({ FAIL: 'yes' }))).toMatchObject({ code: 40, stdout: '' });
  host.step('demo', 'step() { sh -c "exit 22"; }');
  expect(await host.run('create', demo())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a defect'),
  });
  host.step('demo', 'step() { value=$(fail checksum no); say never; }');
  expect(await host.run('create', demo())).toMatchObject({ code: 20, stderr: 'k3stack: no\n' });
});

test.each<Record<string, string>>([{}, { FAIL: 'yes' }, { BREAK: 'yes' }])(
  'nothing of an input stays on the host, with %j',
  async (more) => {
    await host.run('create', demo(more));
    expect(everything(host.root)).not.toContain('s3cret');
    expect(everything(host.root)).toContain('cleaned');
  },
);

test('a file where a folder is to be is no full disk', async () => {
  const odd = new ScriptHost();
  odd.write('/run/k3stack', '');
  expect(await odd.run('create', { step: 'facts' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\/run\/k3stack\/jobs could not be made: mkdir: /),
  });
  odd.remove();
});

test('an input that was cut off, or is none, is refused', async () => {
  for (const text of [
    '',
    "IN_STEP='demo'\nIN_DEADLINE='9'\n",
    "IN_STEP='demo\nend\n",
    "IN_STEP='none'\nIN_DEADLINE='9'\nend\n",
  ]) {
    const { code } = await host.runText('create', text);
    expect([text, code]).toEqual([text, text.includes('none') ? 13 : 14]);
  }
  expect(host.has('/var/lib/k3stack/begun')).toBe(false);
});

test('a step outlives its connection, and the same input waits for it', async () => {
  await host.cut('create', demo({ SLEEP: '2' }), 900);
  const again = await host.run('create', demo({ SLEEP: '2' }));
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('runs on this host already') });
  expect(again.result?.did).toEqual(['did it']);
  expect(host.read('/var/lib/k3stack/begun')).toBe('x\n');
});

test('the same input runs again when it has ended', async () => {
  for (const times of ['x\n', 'x\nx\n']) {
    expect((await host.run('create', demo())).result?.['text']).toBe(values.TEXT);
    expect(host.read('/var/lib/k3stack/begun')).toBe(times);
  }
});

test('a step whose time is over is ended with all it started, and cleans up', async () => {
  host.step(
    'demo',
    `step() { cleanup 'say cleaning; echo done >"$STATE/cleaned"'; sh -c 'sleep 41' | sleep 42; }`,
  );
  const run = await host.run('create', demo({}, 1), { K3STACK_GRACE: '3' });
  expect(run).toMatchObject({ code: 50, stderr: expect.stringContaining('did not end within 1 s') });
  expect(host.read('/var/lib/k3stack/cleaned')).toBe('done\n');
  expect(commandLines()).not.toContain('sleep 42');
});

test('one that does not even end then is killed', async () => {
  host.step('demo', `step() { cleanup 'sleep 43'; sleep 44; }`);
  expect(await host.run('create', demo({}, 1), { K3STACK_GRACE: '1' })).toMatchObject({ code: 50 });
  expect(commandLines()).not.toContain('sleep 43');
});

describe('the lock of a host', () => {
  const holder = (lines: Record<string, string | number>) =>
    host.write(
      '/var/lib/k3stack/locks/host/holder',
      Object.entries({ step: 'run of alfa', since: 'noon', client: '10.9.9.9', expires: 9e9, ...lines })
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const start = startOf(process.pid);

  test('keeps another step out, and names who has it', async () => {
    const first = host.run('create', demo({ SLEEP: '4' }), { SSH_CONNECTION: '10.1.2.3 5 10.1.2.4 22' });
    await new Promise((done) => setTimeout(done, 1500));
    const second = await host.run('update', demo(), { K3STACK_LOCK_WAIT: '1' });
    expect(second).toMatchObject({
      code: 15,
      stderr: expect.stringMatching(/demo of alfa .* \(from 10\.1\.2\.3, process \d+\), until 20/),
    });
    expect((await first).code).toBe(0);
  });

  test('is waited for', async () => {
    const [first, second] = await Promise.all([
      host.run('create', demo({ SLEEP: '2' })),
      host.run('create', demo({ SLEEP: '1' })),
    ]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(host.list('/var/lib/k3stack/locks/host')).toEqual([]);
  });

  test.each([
    ['its process is gone', { pid: 999999, start: 5, boot }],
    ['its process is gone', { pid: process.pid, start: 1, boot }],
    ['started anew', { pid: process.pid, start, boot: 'another' }],
    ['its time is over', { pid: process.pid, start, boot, expires: 5 }],
  ])('is taken over, said aloud: %s', async (why, lines) => {
    holder(lines);
    expect(await host.run('create', demo())).toMatchObject({ code: 0, stderr: expect.stringContaining(why) });
  });

  test('that a power cut has emptied is taken over', async () => {
    host.write('/var/lib/k3stack/locks/host/holder', '');
    expect(await host.run('create', demo(), { K3STACK_LOCK_WAIT: '1' })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the host was started anew since'),
    });
  });

  test('of a process that lives is respected', async () => {
    holder({ pid: process.pid, start, boot });
    expect((await host.run('create', demo(), { K3STACK_LOCK_WAIT: '1' })).code).toBe(15);
  });

  test('can be of something smaller than the host, or none', async () => {
    holder({ pid: process.pid, start, boot });
    host.step('demo', 'step_lock() { echo "gate-$IN_POOL"; }\nstep() { did gate; }');
    expect((await host.run('create', demo({ POOL: 'web' }))).result?.did).toEqual(['gate']);
    host.step('demo', 'step_lock() { :; }\nstep() { did none; }');
    expect((await host.run('create', demo())).result?.did).toEqual(['none']);
  });
});

function everything(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return '';
      }
    })
    .join('\n');
}

function startOf(pid: number): string {
  return (
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19] ?? ''
  );
}
