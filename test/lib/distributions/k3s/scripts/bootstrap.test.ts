import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost, type StepRun } from '../../../../support/script-host';

jest.setTimeout(60_000);

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='alfa'\nROLE='server'\n");
});
afterEach(() => host.remove());

/** Runs bootstrap where the other servers are as said: name, state, CA. */
function bootstrap(...others: readonly (readonly [string, string, string?])[]): Promise<StepRun> {
  const records = others.map(
    ([name, state, ca = '']) => `record server '${name}' '10.0.0.9' '${state}' '${ca}'\n`,
  );
  host.write('/var/lib/k3stack/context', `CTX_API_PORT='6443'\n${records.join('')}`);
  const values = {
    NODE: 'alfa',
    ROLE: 'server',
    OWNER: 'prod/k3s',
    CLUSTER: 'k3s',
    UNIT: 'k3s',
    DATA_DIR: '/var/lib/rancher/k3s',
    DATASTORE: 'embedded-etcd',
    FIXED_URL: '',
  };
  return host.run('create', { step: 'bootstrap', values });
}

/** This host has data of a cluster, and K3s runs. */
function runsHere(ca: string): void {
  host.write('/var/lib/rancher/k3s/server/token', `K10${ca}::server:canary\n`);
  host.write('/var/lib/rancher/k3s/server/db/state.db', '');
  host.program('systemctl', 'case $* in *ActiveState*) echo ActiveState=active ;; *) exit 99 ;; esac');
}

test('the one cluster that exists elsewhere is adopted', async () => {
  const run = await bootstrap(
    ['alfa', 'empty'],
    ['bravo', 'running', A],
    ['charlie', 'stopped', A],
    ['delta', 'unreachable'],
  );
  expect(run.result).toMatchObject({ did: [], caHash: A });
});

test('so is the one that is here', async () => {
  runsHere(A);
  expect((await bootstrap(['alfa', 'running', A], ['bravo', 'empty'])).result).toMatchObject({
    did: [],
    caHash: A,
  });
});

test('two clusters are refused, with who is in which', async () => {
  runsHere(A);
  const run = await bootstrap(['bravo', 'running', B], ['charlie', 'empty']);
  expect(run).toMatchObject({ code: 30, stderr: expect.stringMatching(/alfa \(a{12}\) bravo \(b{12}\)/) });
});

test('data that has gone is never made anew', async () => {
  expect(await bootstrap(['bravo', 'lost'])).toMatchObject({
    code: 31,
    stderr: expect.stringContaining('bravo'),
  });
  host.write('/etc/rancher/k3s/initialised', 'then');
  expect(await bootstrap(['bravo', 'empty'])).toMatchObject({
    code: 31,
    stderr: expect.stringContaining('not mounted'),
  });
});

test.each(['unreachable', 'unknown', 'stopped'])('no cluster is made while a server is %s', async (state) => {
  const run = await bootstrap(['bravo', state], ['charlie', 'empty']);
  expect(run).toMatchObject({ code: 35, stderr: expect.stringContaining('bravo') });
});

test('where nobody has one it would be made, from what is staged', async () => {
  const run = await bootstrap(['alfa', 'empty'], ['bravo', 'empty']);
  expect(run).toMatchObject({ code: 10, stderr: expect.stringContaining('nothing is staged') });
});

test('a host of another cluster is left alone', async () => {
  host.write('/var/lib/k3stack/owner', "OWNER='dev/k3s'\nNODE='alfa'\nROLE='server'\n");
  expect((await bootstrap()).code).toBe(11);
});
