import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { uploadArtifact } from '../../../adapters/hosts/artifact-upload';
import { Connections } from '../../../adapters/hosts/connections';
import { rootAccess } from '../../../adapters/hosts/facts';
import { readHostScripts, stagingProgram } from '../../../adapters/hosts/host-scripts';
import { directCommand } from '../../../lib/hosts/launcher';
import { framed } from '../../../lib/hosts/step-input';
import { Sshd } from '../../support/sshd';

const MOUNTS = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

describe('a disk of 2 MiB', () => {
  let sshd: Sshd;
  let connections: Connections;
  let state: string;
  beforeAll(async () => {
    sshd = await Sshd.start();
    connections = new Connections(sshd.login(), 10);
    state = join(sshd.folder, 'root/var/lib/k3stack');
    mkdirSync(state, { recursive: true });
    if (MOUNTS) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', state]);
  });
  afterEach(() => {
    for (const name of readdirSync(state)) rmSync(join(state, name), { recursive: true });
  });
  afterAll(() => {
    connections.close();
    if (MOUNTS) execFileSync('umount', ['-l', state]);
    sshd.remove();
  });

  const onHost = <T>(work: Parameters<typeof connections.use<T>>[1]): Promise<T> =>
    connections.use({ name: 'alfa', transport: { ssh: sshd.ssh() } }, work);

  function artifact(size: number): { file: string; sha256: string } {
    const data = randomBytes(size);
    const file = join(sshd.folder, `artifact-${size}`);
    writeFileSync(file, data);
    return { file, sha256: createHash('sha256').update(data).digest('hex') };
  }

  (MOUNTS ? test : test.skip)(
    'takes no artifact that is larger, keeps those it has, and has its room back (needs root)',
    async () => {
      const small = artifact(500_000);
      await uploadArtifact(onHost, small);
      await expect(uploadArtifact(onHost, artifact(5_000_000))).rejects.toMatchObject({
        code: 'UPLOAD_FAILED',
        message: expect.stringMatching(/nothing was replaced there\. See the room on its disk/) as unknown,
      });
      expect(readdirSync(join(state, 'artifacts'))).toEqual([small.sha256]);
      expect(await uploadArtifact(onHost, artifact(1_000_000))).toBe(true);
    },
    30_000,
  );

  (MOUNTS ? test : test.skip)(
    'that is full keeps the scripts that it has (needs root)',
    async () => {
      const scripts = readHostScripts('k3s');
      const stage = (digest: string) =>
        onHost((connection) =>
          connection.exec(directCommand(), { stdin: framed(stagingProgram({ ...scripts, digest }, '')) }),
        );
      expect((await stage('d1')).code).toBe(0);
      spawnSync('sh', ['-c', `cat /dev/zero >'${join(state, 'filler')}'`], { stdio: 'ignore' });
      expect((await stage('d2')).code).not.toBe(0);
      expect(readlinkSync(join(state, 'scripts/current'))).toBe('d1');
      expect(readFileSync(join(state, 'scripts/current/job.sh'), 'utf8')).toBe(scripts.files['job.sh']);
      expect(readdirSync(join(state, 'scripts')).sort()).toEqual(['current', 'd1']);
      rmSync(join(state, 'filler'));
      expect((await stage('d2')).code).toBe(0);
    },
    30_000,
  );
});

test('an sshd that gives no session is told of, with the setting to look at', async () => {
  const strict = await Sshd.start(['MaxSessions 0']);
  const connections = new Connections(strict.login(), 10);
  try {
    const asked = connections.use({ name: 'alfa', transport: { ssh: strict.ssh() } }, (connection) =>
      rootAccess(connection),
    );
    await expect(asked).rejects.toMatchObject({
      code: 'SSH_SESSION_REFUSED',
      message: expect.stringContaining('see MaxSessions') as unknown,
    });
  } finally {
    connections.close();
    strict.remove();
  }
}, 30_000);
