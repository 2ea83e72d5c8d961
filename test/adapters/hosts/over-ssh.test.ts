import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { uploadArtifact } from '../../../adapters/hosts/artifact-upload';
import { Connections } from '../../../adapters/hosts/connections';
import { rootAccess } from '../../../adapters/hosts/facts';
import { readHostScripts, stagingProgram } from '../../../adapters/hosts/host-scripts';
import { runStagedStep } from '../../../adapters/hosts/run-step';
import { directCommand } from '../../../lib/hosts/launcher';
import { framed, type StepInput } from '../../../lib/hosts/step-input';
import { Sshd } from '../../support/sshd';

let sshd: Sshd;
let connections: Connections;
let root: string;

beforeAll(async () => {
  sshd = await Sshd.start();
  root = join(sshd.folder, 'root');
  connections = new Connections(sshd.login(), 20);
});
beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
});
afterAll(() => {
  connections.close();
  sshd.remove();
});

const onHost = <T>(work: Parameters<typeof connections.use<T>>[1]): Promise<T> =>
  connections.use({ name: 'alfa', transport: { ssh: sshd.ssh() } }, work);

describe('an upload', () => {
  const artifacts = (): string[] => readdirSync(join(root, 'var/lib/k3stack/artifacts'));

  function fileOf(size: number): { file: string; sha256: string; data: Buffer } {
    const data = randomBytes(size);
    const file = join(sshd.folder, 'artifact');
    writeFileSync(file, data);
    return { file, sha256: createHash('sha256').update(data).digest('hex'), data };
  }

  test('comes over whole, under its checksum, and is not sent twice', async () => {
    const { data, ...upload } = fileOf(5_000_001);
    let last = 0;
    expect(await uploadArtifact(onHost, upload, { onProgress: (done) => (last = done) })).toBe(true);
    expect(last).toBe(5_000_001);
    expect(artifacts()).toEqual([upload.sha256]);
    expect(readFileSync(join(root, 'var/lib/k3stack/artifacts', upload.sha256)).equals(data)).toBe(true);
    expect(
      await uploadArtifact(onHost, upload, {
        onProgress: () => {
          throw new Error('sent again');
        },
      }),
    ).toBe(false);
  });

  test('can be empty', async () => {
    const { file, sha256 } = fileOf(0);
    expect(await uploadArtifact(onHost, { file, sha256 })).toBe(true);
    expect(artifacts()).toEqual([sha256]);
  });

  test('replaces what is damaged on the host', async () => {
    const { file, sha256 } = fileOf(1000);
    mkdirSync(join(root, 'var/lib/k3stack/artifacts'), { recursive: true });
    writeFileSync(join(root, 'var/lib/k3stack/artifacts', sha256), Buffer.alloc(1000));
    await uploadArtifact(onHost, { file, sha256 });
    expect(readFileSync(join(root, 'var/lib/k3stack/artifacts', sha256)).equals(readFileSync(file))).toBe(
      true,
    );
  });

  test('goes on where it was when the link breaks', async () => {
    const { data, ...upload } = fileOf(60_000_000);
    const starts: number[] = [];
    let previous = Infinity;
    let cuts = 0;
    const onProgress = (done: number): void => {
      if (done < previous) starts.push(done);
      previous = done;
      if (cuts < 2 && done > (cuts + 1) * 20_000_000) {
        cuts++;
        previous = Infinity;
        sshd.cut();
      }
    };
    expect(await uploadArtifact(onHost, upload, { onProgress })).toBe(true);
    expect(cuts).toBe(2);
    expect(Math.max(...starts)).toBeGreaterThan(1_000_000);
    expect(artifacts()).toEqual([upload.sha256]);
    expect(readFileSync(join(root, 'var/lib/k3stack/artifacts', upload.sha256)).equals(data)).toBe(true);
  }, 60_000);

  test('of a file that is not what it should be leaves nothing behind', async () => {
    const { file } = fileOf(1000);
    const sha256 = 'a'.repeat(64);
    await expect(uploadArtifact(onHost, { file, sha256 })).rejects.toMatchObject({ code: 'UPLOAD_FAILED' });
    expect(artifacts()).toEqual([]);
  });
});

describe('a staged step', () => {
  const HELLO = [
    'step() {',
    '  echo run >>"$ROOT/runs"',
    '  [ "$IN_SLEEP" = 0 ] || { say "sleeping"; sleep "$IN_SLEEP"; }',
    '  [ "$IN_FAIL" = no ] || fail "$IN_FAIL" "no way, $IN_NODE"',
    '  did "said hello"',
    '  result answer "$IN_NODE"',
    '}',
    '',
  ].join('\n');

  async function stage(): Promise<void> {
    const { files } = readHostScripts('k3s');
    const program = stagingProgram(
      { files: { ...files, 'hello.sh': HELLO, 'owner.sh': files['owner.sh'] ?? '' }, digest: 'd1' },
      '',
    );
    const { code, stderr } = await onHost((connection) =>
      connection.exec(directCommand(), { stdin: framed(program) }),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }

  const input = (values: Record<string, string> = {}): StepInput => ({
    step: 'hello',
    deadline: 60,
    values: { NODE: "it's", SLEEP: '0', FAIL: 'no', ...values },
    records: [],
  });

  test('runs, and gives its result', async () => {
    await stage();
    const lines: string[] = [];
    const result = await runStagedStep(onHost, {
      on: 'alfa',
      operation: 'run',
      summary: 'says hello',
      input: input(),
      tell: (line) => lines.push(line),
    });
    expect(result).toMatchObject({ k3stack: 1, step: 'hello', did: ['said hello'], answer: "it's" });
    expect(lines).toContain('k3stack: said hello');
  }, 20_000);

  test('that fails says on which host, what was found, and what to do', async () => {
    await stage();
    const failed = runStagedStep(onHost, {
      on: 'alfa',
      operation: 'run',
      summary: 'says hello',
      input: input({ FAIL: 'quorum' }),
    });
    await expect(failed).rejects.toMatchObject({
      name: 'HostStepError',
      exit: 'quorum',
      host: 'alfa',
      step: 'hello',
    });
    await expect(failed).rejects.toThrow(
      /hello failed on alfa.*\n.*no way, it's\n.*etcd would lose its majority/s,
    );
  }, 20_000);

  test('whose link is cut goes on, is attached to, and runs once', async () => {
    await stage();
    const lines: string[] = [];
    const result = await runStagedStep(onHost, {
      on: 'alfa',
      operation: 'run',
      summary: 'says hello',
      input: input({ SLEEP: '3' }),
      tell: (line) => {
        if (!lines.some((said) => said.includes('sleeping')) && line.includes('sleeping')) sshd.cut();
        lines.push(line);
      },
    });
    expect(result.did).toEqual(['said hello']);
    expect(lines.some((line) => line.includes('attaching again'))).toBe(true);
    expect(readFileSync(join(root, 'runs'), 'utf8')).toBe('run\n');
  }, 30_000);

  test('without scripts on the host is told of', async () => {
    const failed = runStagedStep(onHost, {
      on: 'alfa',
      operation: 'run',
      summary: 'says hello',
      input: input(),
    });
    await expect(failed).rejects.toMatchObject({ exit: 'scriptsMissing' });
  });
});

describe('login shells', () => {
  test.each([
    ['fish', `ForceCommand /usr/bin/fish -c "$SSH_ORIGINAL_COMMAND"`, '/usr/bin/fish'],
    [
      'one that greets on standard output',
      `ForceCommand echo "Welcome to \${k3stack:-this} host"; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"`,
      '/bin/sh',
    ],
    ['bash', `ForceCommand /bin/bash -c "$SSH_ORIGINAL_COMMAND"`, '/bin/bash'],
    ['dash', `ForceCommand /bin/dash -c "$SSH_ORIGINAL_COMMAND"`, '/bin/dash'],
  ])(
    '%s passes everything on',
    async (_, setting, shell) => {
      if (!existsSync(shell))
        throw new Error(`${shell} is missing; apt-get install ${shell.replace(/.*\//, '')}`);
      const other = await Sshd.start([setting]);
      const own = new Connections(other.login(), 10);
      try {
        const use = <T>(work: Parameters<typeof own.use<T>>[1]): Promise<T> =>
          own.use({ name: 'bravo', transport: { ssh: other.ssh() } }, work);
        expect(await use((connection) => rootAccess(connection))).toEqual({ sudo: 'root' });
        const data = randomBytes(100_000);
        writeFileSync(join(other.folder, 'artifact'), data);
        const sha256 = createHash('sha256').update(data).digest('hex');
        expect(await uploadArtifact(use, { file: join(other.folder, 'artifact'), sha256 })).toBe(true);
        const { stdout } = await use((connection) =>
          connection.exec(directCommand(), { stdin: framed(`printf '%s\\n' 'it'\\''s "$HOME"'\n`) }),
        );
        expect(stdout.endsWith('it\'s "$HOME"\n')).toBe(true);
      } finally {
        own.close();
        other.remove();
      }
    },
    20_000,
  );

  test('that runs nothing is told of', async () => {
    const other = await Sshd.start(['ForceCommand /usr/sbin/nologin']);
    const own = new Connections(other.login(), 10);
    try {
      const asked = own.use({ name: 'bravo', transport: { ssh: other.ssh() } }, (connection) =>
        rootAccess(connection),
      );
      await expect(asked).rejects.toMatchObject({ code: 'HOST_SHELL_UNUSABLE' });
    } finally {
      own.close();
      other.remove();
    }
  });
});
