import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { startMinio, whyNoMinio } from './programs/minio';
import { startMosquitto, whyNoMosquitto } from './programs/mosquitto';
import { startPostgres, whyNoPostgres } from './programs/postgres';

/** A test of a program; where that cannot run the test is skipped, and its name says why. */
function withProgram(reason: string | undefined): (name: string, act: () => Promise<void>) => void {
  return reason === undefined ? test : (name, act) => test.skip(`${name} [${reason}]`, act);
}

describe('servers for tests of what presets run', () => {
  withProgram(whyNoMinio())('an S3 answers, and wants to know who asks', async () => {
    const s3 = await startMinio(['dumps']);
    try {
      expect((await fetch(`${s3.endpoint}/dumps/a`, { method: 'PUT', body: 'a' })).status).toBe(403);
      expect(s3.objects('dumps')).toEqual([]);
      const signed = [
        '--aws-sigv4',
        'aws:amz:us-east-1:s3',
        '-H',
        `x-amz-content-sha256: ${SHA256_OF_A}`,
        '--user',
        `${s3.accessKey}:${s3.secretKey}`,
      ];
      execFileSync('curl', [
        '-sS',
        '--fail',
        ...signed,
        '--data-binary',
        'a',
        '-X',
        'PUT',
        `${s3.endpoint}/dumps/2026/a.sql`,
      ]);
      expect(s3.objects('dumps')).toEqual(['2026/a.sql']);
    } finally {
      await s3.stop();
    }
    await expect(fetch(s3.endpoint)).rejects.toThrow('fetch failed');
  });

  withProgram(whyNoPostgres())('a PostgreSQL keeps rows, and refuses a wrong password', async () => {
    const postgres = await startPostgres();
    try {
      expect(
        postgres.sql('CREATE TABLE a (b int); INSERT INTO a VALUES (1), (2); SELECT sum(b) FROM a;'),
      ).toBe('3\n');
      const client = [
        '-h',
        postgres.host,
        '-p',
        String(postgres.port),
        '-U',
        postgres.user,
        '-c',
        'SELECT 1',
      ];
      const env = { PATH: process.env['PATH'], PGPASSWORD: 'wrong' };
      expect(() => execFileSync('psql', client, { env, stdio: 'pipe' })).toThrow(
        /password authentication failed/,
      );
    } finally {
      await postgres.stop();
    }
  });

  withProgram(whyNoMosquitto())(
    'an MQTT broker keeps a retained message over a restart, and asks for a password',
    async () => {
      const broker = await startMosquitto({ auth: true });
      try {
        const as = ['-h', broker.host, '-p', String(broker.port), '-u', 'test', '-t', 'a/b'];
        const password = ['-P', broker.password ?? ''];
        expect(() =>
          execFileSync('mosquitto_pub', [...as, '-P', 'wrong', '-m', 'x'], { stdio: 'pipe' }),
        ).toThrow(/not authorised/i);
        execFileSync('mosquitto_pub', [...as, ...password, '-r', '-q', '1', '-m', 'hello']);
        await broker.down();
        await broker.up();
        expect(
          execFileSync('mosquitto_sub', [...as, ...password, '-C', '1', '-W', '5'], { encoding: 'utf8' }),
        ).toBe('hello\n');
      } finally {
        await broker.stop();
      }
    },
  );
});

/** curl signs it, and only newer ones compute it. */
const SHA256_OF_A = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
