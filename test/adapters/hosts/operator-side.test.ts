import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OperatorSide } from '../../../adapters/hosts/operator-side';
import type { Step, StepKind } from '../../../lib/synthesis/graph';
import type { HostSynthesis, Synthesis } from '../../../lib/synthesis/synthesis';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { k3sSynthesis } from '../../support/k3s-synthesis';
import { freePort, Sshd } from '../../support/sshd';

/** Three servers and an agent, all of them this machine under different names. */
let sshd: Sshd;
let root: string;
let folder: string;
beforeAll(async () => {
  sshd = await Sshd.start();
  root = join(sshd.folder, 'root');
});
afterAll(() => sshd.remove());
beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  folder = join(sshd.folder, 'program');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

function synthesis(
  props: Partial<K3sClusterProps> = {},
  change: (host: HostSynthesis) => HostSynthesis = (host) => host,
): Synthesis {
  const made = k3sSynthesis({ servers: { alfa: { ssh: sshd.ssh(), nodeIp: '10.0.0.1' } }, ...props });
  return { ...made, hosts: made.hosts.map(change) };
}

async function withSide<T>(
  of: Synthesis,
  use: (side: OperatorSide, told: string[]) => Promise<T>,
): Promise<T> {
  const told: string[] = [];
  const side = new OperatorSide(of, sshd.login(), { folder, patience: 1, tell: (line) => told.push(line) });
  try {
    return await use(side, told);
  } finally {
    side.close();
  }
}

const step = (of: Synthesis, kind: StepKind, on = 'alfa'): Step =>
  of.graph.steps.find((each) => each.kind === kind && each.script?.on === on)!;
const state = (...names: string[]): string => join(root, 'var/lib/k3stack', ...names);

describe('before a step', () => {
  test('scripts and context are put on its host, once', async () => {
    const of = synthesis();
    await withSide(of, async (side) => {
      await side.beforeStep(step(of, 'run'));
      const { mtimeMs } = statSync(state('context'));
      await side.beforeStep(step(of, 'nodes'));
      expect(statSync(state('context')).mtimeMs).toBe(mtimeMs);
    });
    expect(readdirSync(state('scripts'))).toContain(readlinkSync(state('scripts/current')));
    expect(existsSync(state('scripts/current/job.sh'))).toBe(true);
    expect(readFileSync(state('context'), 'utf8')).toBe(
      "CTX_API_PORT='6443'\nrecord 'server' 'alfa' '10.0.0.1' 'unknown' ''\n",
    );
  }, 20_000);

  test('nothing is touched while the lock file lacks a checksum', async () => {
    const of = synthesis({}, ({ artifacts, ...host }) => ({
      ...host,
      artifacts: artifacts.map(({ name, version, path }) => ({ name, version, path })),
    }));
    await withSide(of, async (side) => {
      await expect(side.beforeStep(step(of, 'prepare'))).rejects.toMatchObject({
        code: 'LOCK_ENTRY_MISSING',
      });
    });
    expect(existsSync(state())).toBe(false);
  });

  test('facts are those of the host', async () => {
    const facts = await withSide(synthesis(), (side) => side.facts('alfa'));
    expect(facts).toMatchObject({ system: 'Linux', sudo: 'root', clockSkew: 0, datastore: 'empty' });
    expect(facts.memory).toBeGreaterThan(100);
    expect(existsSync(state())).toBe(false);
  }, 20_000);
});

describe('before prepare', () => {
  test('what hosts lack is told of all at once, and none of them is changed', async () => {
    // This machine has another architecture than the declared one, and is the same under both names.
    mkdirSync(join(root, 'etc'));
    writeFileSync(join(root, 'etc/machine-id'), '0123456789abcdef0123456789abcdef\n');
    const of = synthesis({
      servers: { alfa: { ssh: sshd.ssh(), nodeIp: '10.0.0.1', architecture: 'arm' } },
      agents: { delta: { ssh: sshd.ssh(), nodeIp: '10.0.0.9', architecture: 'arm' } },
    });
    await withSide(of, async (side) => {
      const both = await Promise.allSettled(
        ['alfa', 'delta'].map((name) => side.beforeStep(step(of, 'prepare', name))),
      );
      for (const [index, name] of ['servers/alfa', 'agents/delta'].entries()) {
        expect(both[index]).toMatchObject({
          status: 'rejected',
          reason: { code: 'HOST_NOT_READY', exitCode: 3 },
        });
        const { message } = (both[index] as PromiseRejectedResult).reason as Error;
        expect(message).toContain(`/k3s/${name}] architecture: it is `);
      }
      expect(((both[1] as PromiseRejectedResult).reason as Error).message).toContain(
        'it has the machine-id of alfa',
      );
    });
    expect(existsSync(state())).toBe(false);
  }, 30_000);

  test('a host that comes together with one that is away is not changed', async () => {
    const port = await freePort();
    const of = synthesis({ agents: { delta: { ssh: sshd.ssh({ port }), nodeIp: '10.0.0.9' } } });
    await withSide(of, async (side) => {
      const [alfa, delta] = await Promise.allSettled(
        ['alfa', 'delta'].map((name) => side.beforeStep(step(of, 'prepare', name))),
      );
      expect(delta).toMatchObject({ reason: { code: 'SSH_UNREACHABLE' } });
      expect(alfa).toMatchObject({ reason: { code: 'HOST_NOT_READY' } });
    });
    expect(existsSync(state())).toBe(false);
  }, 30_000);
});

describe('artifacts that the operator has', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const airGapped = (checksum: string): Synthesis =>
    synthesis({ airGap: true }, ({ artifacts, ...host }) => ({
      ...host,
      artifacts: artifacts.slice(0, 1).map((artifact) => ({ ...artifact, sha256: checksum })),
    }));

  async function upload(of: Synthesis): Promise<void> {
    await withSide(of, (side) => (side as unknown as { upload(on: string): Promise<void> }).upload('alfa'));
  }

  test('are uploaded from beside the program', async () => {
    mkdirSync(join(folder, 'artifacts/v1.34.1+k3s1'), { recursive: true });
    writeFileSync(join(folder, 'artifacts/v1.34.1+k3s1/k3s'), 'binary');
    await upload(airGapped(sha256('binary')));
    expect(readFileSync(state('artifacts', sha256('binary')), 'utf8')).toBe('binary');
  }, 20_000);

  test('that are missing, or another file, are told of with their place', async () => {
    await expect(upload(airGapped(sha256('binary')))).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
      message: expect.stringContaining(join(folder, 'artifacts/v1.34.1+k3s1/k3s')) as unknown as string,
    });
    mkdirSync(join(folder, 'artifacts/v1.34.1+k3s1'), { recursive: true });
    writeFileSync(join(folder, 'artifacts/v1.34.1+k3s1/k3s'), 'other');
    await expect(upload(airGapped(sha256('binary')))).rejects.toMatchObject({ code: 'ARTIFACT_CHANGED' });
    expect(existsSync(state())).toBe(false);
  });
});

describe('a snapshot that is brought here', () => {
  const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
  const path = (): string => join(sshd.folder, 'on-demand-alfa-1');
  const file = (): string => join(folder, 'on-demand-alfa-1');
  const bring = (sum: string): Promise<void> =>
    withSide(synthesis(), (side) => side.download('alfa', path(), sum, file()));
  let data: Buffer;
  beforeEach(() => {
    // More than what a command may say otherwise.
    writeFileSync(path(), (data = randomBytes(17 * 1_048_576 + 3)));
    mkdirSync(state(), { recursive: true });
    writeFileSync(state('owner'), `OWNER='${synthesis().environment}/k3s'\nNODE='alfa'\nROLE='server'\n`);
  });

  test('is the one that was taken, for its owner only', async () => {
    await bring(sha256(data));
    expect(readFileSync(file()).equals(data)).toBe(true);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  }, 30_000);

  test('is not there at all when it is another file, or one that is there would be replaced', async () => {
    const refused = (says: RegExp): object => ({
      code: 'SNAPSHOT_NOT_DOWNLOADED',
      message: expect.stringMatching(says) as unknown,
    });
    await expect(bring('0'.repeat(64))).rejects.toMatchObject(refused(/its sha256 is .*, and 000/));
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(file(), 'mine');
    await expect(bring(sha256(data))).rejects.toMatchObject(refused(/is there already/));
    expect([readdirSync(folder), readFileSync(file(), 'utf8')]).toEqual([['on-demand-alfa-1'], 'mine']);
    [path(), file()].forEach((each) => rmSync(each));
    await expect(bring(sha256(data))).rejects.toMatchObject(refused(/there is no file/));
  }, 30_000);
});

test('before bootstrap the coordinator is told what every server says', async () => {
  const port = await freePort();
  const of = synthesis({
    servers: {
      alfa: { ssh: sshd.ssh(), nodeIp: '10.0.0.1' },
      bravo: { ssh: sshd.ssh({ port }), nodeIp: '10.0.0.2' },
      charlie: { ssh: sshd.ssh(), nodeIp: '10.0.0.3' },
    },
    datastore: { kind: 'embedded-etcd' } as K3sClusterProps['datastore'],
  });
  await withSide(of, (side) => side.beforeStep(step(of, 'bootstrap')));
  expect(readFileSync(state('context'), 'utf8').split('\n').slice(1, 4)).toEqual([
    "record 'server' 'alfa' '10.0.0.1' 'empty' ''",
    "record 'server' 'bravo' '10.0.0.2' 'unreachable' ''",
    "record 'server' 'charlie' '10.0.0.3' 'empty' ''",
  ]);
}, 30_000);

describe('the gate', () => {
  const gated = (command: string): Synthesis =>
    synthesis({ agents: { delta: { ssh: sshd.ssh(), nodeIp: '10.0.0.9' } }, upgrade: { gate: command } });

  test('runs after a node that ran was disturbed, before the next one, and its refusal stops', async () => {
    mkdirSync(state(), { recursive: true });
    writeFileSync(state('active'), '');
    const of = gated('echo "$K3STACK_ENVIRONMENT $K3STACK_CLUSTER" >>asked; echo sick; exit 5');
    await withSide(of, async (side) => {
      await side.beforeStep(step(of, 'run'));
      expect(existsSync(join(folder, 'asked'))).toBe(false);
      await expect(side.beforeStep(step(of, 'gate'))).rejects.toMatchObject({
        code: 'GATE_REFUSED',
        message: expect.stringMatching(/it exited with 5.*\nsick$/s) as unknown as string,
      });
    });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(`${of.environment} k3s\n`);
  }, 20_000);

  test('that is content runs once for each node, and not in a first installation', async () => {
    const of = gated('echo asked >>asked');
    await withSide(of, async (side) => {
      await side.beforeStep(step(of, 'run'));
      await side.beforeStep(step(of, 'nodes'));
    });
    expect(existsSync(join(folder, 'asked'))).toBe(false);
    mkdirSync(state(), { recursive: true });
    writeFileSync(state('active'), '');
    await withSide(of, async (side) => {
      await side.beforeStep(step(of, 'run'));
      await side.beforeStep(step(of, 'gate'));
      await side.beforeStep(step(of, 'nodes'));
    });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('asked\n');
  }, 20_000);

  test('runs before an update of nodes, which follows the last node: an earlier run may have stopped there', async () => {
    const of = gated('echo asked >>asked; exit 5');
    await withSide(of, async (side) => {
      await side.beforeStep(step(of, 'nodes'), 'create');
      await expect(side.beforeStep(step(of, 'nodes'), 'update')).rejects.toMatchObject({
        code: 'GATE_REFUSED',
        message: expect.stringMatching(
          /the last node is done.* goes on with the step to set labels/s,
        ) as unknown,
      });
    });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('asked\n');
  }, 20_000);

  test('runs before the first node where an earlier run stopped half way: nobody has judged what that one left', async () => {
    mkdirSync(state('staged'), { recursive: true });
    writeFileSync(state('active'), 'what runs');
    symlinkSync('what-is-staged', state('staged/current'));
    const of = gated('echo asked >>asked; exit 5');
    await withSide(of, async (side) => {
      await expect(side.beforeStep(step(of, 'run'))).rejects.toMatchObject({ code: 'GATE_REFUSED' });
    });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('asked\n');
  }, 20_000);
});
