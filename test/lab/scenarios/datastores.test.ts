import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Datastore, secret } from 'k3stack';
import { Database, type DatabaseKind } from '../world/database';
import { keepLog } from '../world/keep-log';
import { World } from '../world/world';

const PASSWORD = 'database-password';
const CA_FILE = '/etc/ssl/database-ca.pem';
const hosts = ['alfa', 'bravo', 'delta'];
let world: World;
let database: Database | undefined;

beforeAll(async () => {
  world = await World.start({ hosts, secrets: [PASSWORD] });
});

afterAll(async () => {
  await database?.remove();
  await world.stop();
});

describe.each<[DatabaseKind, RegExp]>([
  ['postgres', /password authentication failed/],
  ['mariadb', /Access denied/],
])('two servers and an agent on %s with TLS', (kind, wrongPassword) => {
  const version = (): string => world.releases.first.version;

  test('a wrong password is refused with the cause', async () => {
    await database?.remove();
    const address = world.lab.operatorAddress;
    database = await Database.start({ kind, address, password: password() });
    declare(kind, database);
    await world.stack.setConfig(PASSWORD, `wrong${password()}`, true);
    const output = await world.upFails();
    expect(output).toMatch(wrongPassword);
    expect(output).toContain('the external datastore does not let it in');
    expect(output).not.toContain(password());
  });

  test('so is one that is down', async () => {
    await world.stack.setConfig(PASSWORD, password(), true);
    await database?.down();
    const output = await world.upFails();
    expect(output).toMatch(/the external datastore does not answer: .*connection refused/);
    await database?.up();
  });

  test('comes up with the right one', async () => {
    const { seconds } = await world.up();
    keepLog(`datastore-${kind}`, { seconds });
    expect(await world.nodes('bravo')).toEqual(hosts.map((name) => `${name} Ready ${version()}`));
    // Both servers are on the same cluster, which is in the database and nowhere else.
    await world.kubectl('alfa', 'create configmap kept --from-literal=a=b');
    expect(await world.kubectl('bravo', "get configmap kept -o jsonpath='{.data.a}'")).toBe('b');
    const rows = await database?.sql(
      kind === 'postgres' ? '\\c k3s\nSELECT count(*) FROM kine;' : 'SELECT count(*) FROM k3s.kine;',
    );
    expect(Number(/\d+\s*$/.exec(rows ?? '')?.[0])).toBeGreaterThan(100);
    for (const name of ['alfa', 'bravo'])
      for (const path of ['db/state.db', 'db/etcd'])
        expect(await world.host(name).exists(`/var/lib/rancher/k3s/server/${path}`)).toBe(false);
  });

  test('a second up runs nothing', async () => {
    expect((await world.up()).operations).toEqual([]);
  });

  test('survives that the database is away for a while', async () => {
    await database?.down();
    await sleep(10_000);
    await database?.up();
    const api = await world.api();
    for (const name of ['alfa', 'bravo']) await isReady(() => api.ask(world.host(name).address, '/readyz'));
    const nodes = await settled();
    expect(nodes).toEqual(hosts.map((name) => `${name} Ready ${version()}`));
    expect(await world.kubectl('bravo', "get configmap kept -o jsonpath='{.data.a}'")).toBe('b');
    await world.kubectl('alfa', 'create configmap after --from-literal=a=b');
    expect((await world.up()).operations).toEqual([]);
  });

  test('the password is nowhere but in its own file', async () => {
    expect(await world.leaks()).toEqual([]);
    expect(await world.host('alfa').must('stat -c "%a %U" /etc/systemd/system/k3s.service.env')).toBe(
      '600 root\n',
    );
  });

  test('destroy leaves nothing on the hosts', async () => {
    await world.destroy();
    for (const name of hosts) expect(await world.leftOn(name)).toEqual([]);
  });
});

function declare(kind: DatabaseKind, { port, ca }: Database): void {
  const place = {
    host: world.lab.operatorAddress,
    port,
    user: 'k3s',
    password: secret(PASSWORD),
    tls: { caFile: CA_FILE },
  };
  const datastore = Datastore.external(kind === 'postgres' ? { postgres: place } : { mysql: place });
  world.declare({ servers: ['alfa', 'bravo'], agents: ['delta'], datastore }, (cluster) => {
    for (const name of ['alfa', 'bravo']) cluster.server(name).addFile(CA_FILE, { content: ca });
  });
}

function password(): string {
  return world.secrets[PASSWORD] as string;
}

async function isReady(ask: () => Promise<{ readonly status: number }>): Promise<void> {
  const end = Date.now() + 180_000;
  for (;;) {
    const status = await ask().then(
      (answer) => answer.status,
      (error: Error) => error.message,
    );
    if (status === 200) return;
    if (Date.now() > end) throw new Error(`the API is not ready: ${status}`);
    await sleep(1000);
  }
}

/** Nodes once all of them are Ready again, or after two minutes. */
async function settled(): Promise<string[]> {
  const end = Date.now() + 120_000;
  for (;;) {
    const nodes = await world.nodes('bravo').catch(() => []);
    if ((nodes.length > 0 && nodes.every((line) => / Ready /.test(line))) || Date.now() > end) return nodes;
    await sleep(1000);
  }
}
