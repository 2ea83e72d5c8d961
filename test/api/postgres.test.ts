/**
 * The scripts of PostgresDatabase as they stand in its manifests, run: against Debian's Postgres 15 in place of the official image, MinIO in place of a bucket
 * somewhere, and rclone of the image's version, built from its Go module with the parts that the jobs use. The shell of rclone's image is busybox here as there.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PostgresDatabase } from '../../constructs/workloads/postgres-database';
import { SecretRef } from '../../lib/secret';
import { BUCKET, ObjectStore } from '../lab/world/object-store';
import { containerOf, podSpecOf, shop } from '../support/workloads';
import type { Ended, ManifestContainer, Running } from './postgres/container';
import { PostgresMachine, whyNoPostgres } from './postgres/machine';

const KEYS = { accessKey: 'access-key-of-test', secretKey: 'secret-key-of-test' };
const PASSWORD = `it's "quoted" \\ $PATH`;
const reason = whyNoPostgres();
const suite = reason === undefined ? describe : describe.skip;
if (reason !== undefined) test.todo(`PostgresDatabase run for real: ${reason}`);

let store: ObjectStore;
let machine: PostgresMachine;

beforeAll(async () => {
  if (reason !== undefined) return;
  store = await ObjectStore.start('127.0.0.1', KEYS);
  machine = await PostgresMachine.make();
  writeFileSync(join(machine.folder, 'ca.crt'), store.ca);
});

afterAll(async () => {
  await machine?.remove();
  await store?.stop();
});

/** The containers of a database `db` with dumps. */
function manifests(): Record<'server' | 'dump' | 'upload' | 'download' | 'restore', ManifestContainer> {
  const key = (name: string) => SecretRef.existing({ name: 'bucket', key: name });
  const db = new PostgresDatabase(shop(), 'db', {
    version: '15',
    size: '1Gi',
    dumps: {
      bucket: {
        name: BUCKET,
        endpoint: `https://${store.endpoint}`,
        caCertificate: store.ca,
        credentials: { accessKey: key('accessKey'), secretKey: key('secretKey') },
      },
    },
  });
  const [dump, restore] = [podSpecOf(db.dumpJob!), podSpecOf(db.restoreJob!)];
  return {
    server: containerOf(db.statefulSet!),
    dump: dump.initContainers[0],
    upload: dump.containers[0],
    download: restore.initContainers[0],
    restore: restore.containers[0],
  };
}

const FOLDER = 'test/k3s/shop/db';

function secrets(over: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'db/password': PASSWORD,
    'bucket/accessKey': KEYS.accessKey,
    'bucket/secretKey': KEYS.secretKey,
    ...over,
  };
}

const sql = (text: string, password = PASSWORD): string => machine.sql(text, { password });

/** A run of the CronJob: the second container starts when the first has ended well. */
async function job(
  first: 'dump' | 'download',
  second: 'upload' | 'restore',
  over: Readonly<Record<string, string>> = {},
  values = secrets(),
): Promise<Ended> {
  machine.makeFolder('dumps');
  const containers = manifests();
  const prepared = await machine.run(containers[first], values, over);
  if (prepared.code !== 0) return prepared;
  const { code, output } = await machine.run(containers[second], values, over);
  return { code, output: prepared.output + output };
}

const dump = (over = {}, values = secrets()) => job('dump', 'upload', over, values);
const restore = (over = {}, values = secrets()) => job('download', 'restore', over, values);

/** Names in the folder of the bucket, by rclone with the variables of the manifest. */
async function dumps(): Promise<string[]> {
  const { upload } = manifests();
  const list = 'rclone lsf --files-only "dumps:$DUMP_BUCKET/$DUMP_FOLDER" 2>/dev/null || true';
  const { output } = await machine.run({ ...upload, command: ['/bin/sh', '-c', list] }, secrets());
  return output.split('\n').filter((name) => name !== '');
}

/** Puts a file into the folder of the bucket. */
async function put(name: string, content: string): Promise<void> {
  const { upload } = manifests();
  writeFileSync(join(machine.folder, 'tmp/put'), content);
  const copy = `rclone copyto "$TMPDIR/put" "dumps:$DUMP_BUCKET/$DUMP_FOLDER/${name}"`;
  expect(await machine.run({ ...upload, command: ['/bin/sh', '-c', copy] }, secrets())).toMatchObject({
    code: 0,
  });
}

async function removeAll(): Promise<void> {
  const { upload } = manifests();
  for (const name of await dumps()) {
    const remove = `rclone deletefile "dumps:$DUMP_BUCKET/$DUMP_FOLDER/${name}"`;
    await machine.run({ ...upload, command: ['/bin/sh', '-c', remove] }, secrets());
  }
}

suite('the start script', () => {
  let server: Running;
  const serve = async (over: Readonly<Record<string, string>> = {}, values = secrets()): Promise<Running> =>
    (server = await machine.serve(manifests().server, values, over));

  test('makes the database of an owner who is no superuser', async () => {
    await serve();
    expect(
      sql('SELECT current_user, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user'),
    ).toBe('app|f|f');
    expect(sql("SELECT pg_get_userbyid(datdba), datcollate FROM pg_database WHERE datname = 'app'")).toBe(
      'app|C.UTF-8',
    );
    expect(sql('SHOW data_checksums')).toBe('on');
    expect(sql('CREATE TABLE t (n int); INSERT INTO t VALUES (1); SELECT n FROM t')).toBe('1');
  });

  test('gives the server the settings of the manifest', () => {
    expect(sql('SHOW shared_buffers')).toBe('64MB');
    expect(sql('SHOW max_connections')).toBe('32');
  });

  test('lets nobody in without the password, and the superuser not at all', () => {
    expect(() => sql('SELECT 1', 'wrong')).toThrow('password authentication failed');
    for (const password of ['', PASSWORD])
      expect(() => machine.sql('SELECT 1', { user: 'postgres', password, database: 'postgres' })).toThrow(
        /password authentication failed|no password supplied/,
      );
  });

  test('keeps data and takes a new password at the next start', async () => {
    await machine.stop(server);
    await serve({}, secrets({ 'db/password': 'another' }));
    expect(sql('SELECT n FROM t', 'another')).toBe('1');
    expect(() => sql('SELECT 1')).toThrow('password authentication failed');
    expect(server.output()).not.toContain('another');
    await machine.stop(server);
    await serve();
    expect(sql('SELECT n FROM t')).toBe('1');
  });

  test('comes up after it was killed', async () => {
    sql('INSERT INTO t VALUES (2)');
    server.kill('SIGKILL');
    await server.ended;
    await serve();
    expect(sql('SELECT sum(n) FROM t')).toBe('3');
  });

  test('leaves data of another release alone, and says what to do', async () => {
    await machine.stop(server);
    await serve({ PG_MAJOR: '16' });
    expect(await server.ended).toMatchObject({ code: 1 });
    expect(server.output()).toContain(
      "The volume holds data of Postgres 15, which Postgres 16 cannot read. Write version: '15' again",
    );
    await serve();
    expect(sql('SELECT sum(n) FROM t')).toBe('3');
    await machine.stop(server);
  });

  test('starts over when it was killed while it made the data', async () => {
    machine.makeFolder('data');
    const half = machine.makeFolder('data/pgdata.new');
    writeFileSync(join(half, 'PG_VERSION'), '15\n');
    await serve();
    expect(sql('SELECT 1')).toBe('1');
    expect(readdirSync(join(machine.folder, 'data'))).toEqual(['pgdata']);
    await machine.stop(server);
  });
});

suite('dump and restore', () => {
  beforeAll(async () => {
    machine.makeFolder('data');
    await machine.serve(manifests().server, secrets());
    sql(`CREATE EXTENSION pgcrypto;
      CREATE TABLE orders (id serial PRIMARY KEY, item text NOT NULL, picture oid);
      INSERT INTO orders (item) SELECT 'item ' || n FROM generate_series(1, 1000) n;
      UPDATE orders SET picture = lo_from_bytea(0, '\\xcafe') WHERE id = 7;
      CREATE VIEW firsts AS SELECT * FROM orders WHERE id < 10;`);
  });

  test('bring back what was there, in a database that somebody wrecked', async () => {
    expect(await dump()).toMatchObject({ code: 0 });
    expect(await dumps()).toEqual([expect.stringMatching(/^db-\d{8}T\d{6}Z\.dump$/)]);
    sql(
      "DROP VIEW firsts; DELETE FROM orders WHERE id > 3; UPDATE orders SET item = 'wrong'; CREATE TABLE later (n int)",
    );

    const refused = await restore();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      'Database app is not empty: it has 3 tables, views and sequences. Set IF_NOT_EMPTY=replace',
    );
    expect(sql('SELECT count(*) FROM orders')).toBe('3');

    expect(await restore({ IF_NOT_EMPTY: 'replace' })).toMatchObject({ code: 0 });
    expect(sql('SELECT count(*), max(item) FROM orders')).toBe('1000|item 999');
    expect(sql('SELECT count(*) FROM firsts')).toBe('9');
    expect(sql('SELECT lo_get(picture) FROM orders WHERE id = 7')).toBe('\\xcafe');
    expect(sql("INSERT INTO orders (item) VALUES ('next') RETURNING id")).toBe('1001');
    expect(() => sql('SELECT * FROM later')).toThrow('does not exist');
  }, 120_000);

  test('fill an empty database', async () => {
    sql('DROP OWNED BY CURRENT_USER CASCADE');
    expect(await restore()).toMatchObject({ code: 0 });
    expect(sql('SELECT count(*) FROM orders')).toBe('1000');
  });

  test('restore the dump that is asked for, else the newest', async () => {
    const [first = ''] = await dumps();
    sql('DELETE FROM orders WHERE id > 500');
    expect(await dump()).toMatchObject({ code: 0 });
    const latest = await restore({ IF_NOT_EMPTY: 'replace' });
    expect(latest.output).toContain(`restoring ${FOLDER}/${(await dumps()).at(-1)}`);
    expect(sql('SELECT count(*) FROM orders')).toBe('500');
    expect(await restore({ IF_NOT_EMPTY: 'replace', DUMP: first })).toMatchObject({ code: 0 });
    expect(sql('SELECT count(*) FROM orders')).toBe('1000');
  }, 120_000);

  test('change nothing when the dump is broken or not there', async () => {
    const { download, restore: last } = manifests();
    machine.makeFolder('dumps');
    await machine.run(download, secrets());
    const file = join(machine.folder, 'dumps/restore.dump');
    writeFileSync(file, readFileSync(file).subarray(0, -500));
    const { code } = await machine.run(last, secrets(), { IF_NOT_EMPTY: 'replace' });
    expect(code).not.toBe(0);
    expect(sql('SELECT count(*) FROM orders')).toBe('1000');

    const missing = await restore({ IF_NOT_EMPTY: 'replace', DUMP: 'db-20200101T000000Z.dump' });
    expect(missing.code).not.toBe(0);
    const elsewhere = await restore({ IF_NOT_EMPTY: 'replace', DUMP_FOLDER: 'nowhere' });
    expect(elsewhere.code).not.toBe(0);
    expect(sql('SELECT count(*) FROM orders')).toBe('1000');
  });

  test('say loudly that the database does not let them in, and touch no dump', async () => {
    const before = await dumps();
    const { code, output } = await dump({}, secrets({ 'db/password': 'wrong' }));
    expect(code).not.toBe(0);
    expect(output).toContain('password authentication failed');
    expect(output).not.toContain('wrong');
    expect(await dumps()).toEqual(before);
  });

  test('say loudly that the bucket does not let them in, and touch no dump', async () => {
    const before = await dumps();
    for (const values of [
      secrets({ 'bucket/secretKey': 'no-such-key' }),
      secrets({ 'bucket/accessKey': 'nobody' }),
    ]) {
      const { code, output } = await dump({ RCLONE_RETRIES: '1', DUMP_KEEP_DAYS: '0' }, values);
      expect(code).not.toBe(0);
      expect(output).toMatch(/SignatureDoesNotMatch|InvalidAccessKeyId|403/);
      expect(output).not.toContain('no-such-key');
    }
    expect(await dumps()).toEqual(before);
  }, 120_000);

  test.each([
    ['in one piece', { RCLONE_BWLIMIT: '1M' }],
    ['in parts', { RCLONE_BWLIMIT: '1M', RCLONE_S3_UPLOAD_CUTOFF: '5M', RCLONE_S3_CHUNK_SIZE: '5M' }],
  ])(
    'keep earlier dumps when an upload %s is interrupted, and nothing of the broken one',
    async (_, over) => {
      const before = await dumps();
      const { dump: first, upload } = manifests();
      sql('CREATE TABLE noise AS SELECT gen_random_bytes(1000) FROM generate_series(1, 12000)');
      machine.makeFolder('dumps');
      expect(await machine.run(first, secrets())).toMatchObject({ code: 0 });
      const running = machine.launch(upload, secrets(), { ...over, DUMP_KEEP_DAYS: '0' });
      await new Promise((resolve) => setTimeout(resolve, 3000));
      running.kill('SIGKILL');
      expect(await running.ended).toMatchObject({ code: null });
      expect(await dumps()).toEqual(before);
      const again = { ...over, RCLONE_BWLIMIT: 'off' };
      expect(await machine.run(upload, secrets(), again)).toMatchObject({ code: 0 });
      expect(await dumps()).toHaveLength(before.length + 1);
      sql('DROP TABLE noise');
    },
    120_000,
  );

  test('remove what is older than they keep, by the time in the name, and nothing else', async () => {
    await removeAll();
    const old = ['db-20240101T020000Z.dump', 'db-20251231T235959Z.dump'];
    const others = ['db-2024.dump', 'notes.txt', 'other-20240101T020000Z.dump', 'db-x-20240101T020000Z.dump'];
    const fresh = `db-${new Date(Date.now() - 13 * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, '')}.dump`;
    for (const name of [...old, ...others, fresh]) await put(name, name);
    const { code, output } = await dump();
    expect(code).toBe(0);
    expect(output).toContain(`removed ${old[0]}\nremoved ${old[1]}\n`);
    const left = await dumps();
    expect(left).toEqual(expect.arrayContaining([...others, fresh]));
    expect(left).toHaveLength(others.length + 2);
  }, 120_000);
});
