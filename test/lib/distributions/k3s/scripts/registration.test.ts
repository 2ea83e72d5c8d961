import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost, type StepRun } from '../../../../support/script-host';
import { FakeK3s, onCoordinator } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const certificate = (name: string): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(name).toString('base64')}\n-----END CERTIFICATE-----\n`;
const OURS = certificate('ours');

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
});
afterEach(() => host.remove());

/** What servers say their CA is, by URL; the others do not answer. */
function servers(answers: Readonly<Record<string, string>>): void {
  const cases = Object.entries(answers).map(([url, text]) => {
    host.write(`/cas/${digest(url)}`, text);
    return `  *' ${url}/cacerts') from='${host.path(`/cas/${digest(url)}`)}' ;;`;
  });
  host.program(
    'curl',
    [
      'from=""',
      'case "$*" in',
      ...cases,
      'esac',
      '[ -n "$from" ] || exit 7',
      'while [ "$1" != -o ]; do shift; done',
      'cat "$from" >"$2"',
    ].join('\n'),
  );
}

describe('a new agent', () => {
  const MANIFEST = `restart ${'a'.repeat(64)} /etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml\n`;
  let asked: string;
  let k3s: FakeK3s;
  beforeEach(() => {
    asked = host.path('/asked');
    host.write('/asked', '');
    host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='web-1'\nROLE='agent'\n");
    const staged = `/var/lib/k3stack/staged/${digest(MANIFEST)}`;
    host.write(`${staged}/manifest`, MANIFEST);
    host.write(
      `${staged}/index`,
      `0600 ${host.owner} ${'a'.repeat(64)} 1 /etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml\n`,
    );
    host.write(`${staged}/files/1`, 'server: "https://10.0.0.1:6443"\n');
    host.write(`${staged}/artifacts`, '');
    host.write(`${staged}/version`, 'v1.36.3+k3s1\n');
    symlinkSync(digest(MANIFEST), host.path('/var/lib/k3stack/staged/current'));
    host.program(
      'systemctl',
      `case "$*" in *ActiveState*) echo ActiveState=inactive ;; *) echo "$*" >>'${asked}' ;; esac`,
    );
    k3s = new FakeK3s(host, []);
  });

  const join = (): Promise<StepRun> =>
    host.run(
      'create',
      {
        step: 'join',
        values: {
          ...onCoordinator,
          NODE: 'web-1',
          ROLE: 'agent',
          UNIT: 'k3s-agent',
          CA_HASH: digest(OURS),
        },
      },
      { K3STACK_SERVER_SECONDS: '1' },
    );

  /** No file, no start: one that waits for a wrong server would wait for ever. */
  const notStarted = (): boolean =>
    !host.has('/etc/rancher/k3s') && !/start/.test(host.read('/asked')) && k3s.calls().length === 0;

  test('is not started while its server does not answer', async () => {
    servers({});
    const { code, stderr } = await join();
    expect([code, notStarted()]).toEqual([35, true]);
    expect(stderr).toContain(
      'https://10.0.0.1:6443 does not answer on this host. Check firewalls and routes',
    );
  });

  test('is not started where another cluster answers', async () => {
    servers({ 'https://10.0.0.1:6443': certificate('theirs') });
    const { code, stderr } = await join();
    expect([code, notStarted()]).toEqual([32, true]);
    expect(stderr).toContain('https://10.0.0.1:6443 belongs to another cluster');
  });
});

describe('a new server', () => {
  const find = (answers: Readonly<Record<string, string>>) => {
    servers(answers);
    host.write(
      '/var/lib/k3stack/context',
      ['alfa', 'bravo', 'charlie']
        .map((name, index) => `record server '${name}' '10.0.0.${index + 1}' 'unknown' ''\n`)
        .join(''),
    );
    return host.source(['kube'], `find_server ${digest(OURS)}; echo "$SERVER_URL"`, {
      IN_NODE: 'alfa',
      IN_ROLE: 'server',
      IN_CLUSTER: 'k3s',
      IN_FIXED_URL: 'https://k3s.example.org:6443',
    });
  };

  test('joins by the first server that answers, of this cluster', () => {
    const others = { 'https://10.0.0.2:6443': certificate('theirs'), 'https://10.0.0.3:6443': OURS };
    expect(find(others).stdout).toBe('https://10.0.0.3:6443\n');
  });

  test('joins no other cluster', () => {
    const { code, stderr } = find({ 'https://k3s.example.org:6443': certificate('theirs') });
    expect(code).toBe(32);
    expect(stderr).toContain('https://k3s.example.org:6443 belongs to another cluster');
  });

  test('names all it has tried where nobody answers', () => {
    const { code, stderr } = find({});
    expect(code).toBe(35);
    expect(stderr).toContain('https://k3s.example.org:6443 https://10.0.0.2:6443 https://10.0.0.3:6443.');
    expect(stderr).not.toContain('10.0.0.1');
  });
});
