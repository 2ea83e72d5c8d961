import { describe, expect, test } from '@jest/globals';
import { canonicalEndpoint, parseEndpoint } from '../../cli/init/k3s/datastore-endpoint';
import { holdsPassword } from '../../cli/init/k3s/password-in-text';
import { readRegistries } from '../../cli/init/k3s/registries-file';
import { readScript } from '../../cli/init/k3s/script';
import { scriptLines } from '../../cli/init/k3s/script-lines';
import { readEnvironmentFile, readUnit } from '../../cli/init/k3s/unit';
import { settingsOf } from '../../lib/distributions/k3s/parsed-options';

describe('lines of a script', () => {
  const texts = (script: string) => scriptLines(script).map((line) => line.text);

  test.each([
    ['a\nb', ['a', 'b']],
    ['a \\\n  b\nc', ['a \\\n  b', 'c']],
    ["echo 'a\nb'\nc", ["echo 'a\nb'", 'c']],
    ["# don't\nk3s server", ["# don't", 'k3s server']],
    ['a # it\'s "x\nb', ['a # it\'s "x', 'b']],
    ['a#b\nc', ['a#b', 'c']],
    ['cat <<EOF\nx\nEOF\nb', ['cat <<EOF', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ["an 'open quote\nk3s server", ["an 'open quote", 'k3s server']],
    ['cat <<< word\nb', ['cat <<< word', 'b']],
  ])('%j', (script, expected) => {
    expect(texts(script)).toEqual(expected);
  });

  test('know where they were, and what a here-document says', () => {
    expect(scriptLines('a\n\ncat <<-"X"\n\tbody\n\tX\nlast')).toEqual([
      { number: 1, text: 'a' },
      { number: 3, text: 'cat <<-"X"', document: { body: 'body\n', expands: false } },
      { number: 6, text: 'last' },
    ]);
  });
});

describe('commands in a script', () => {
  const commands = (script: string) =>
    readScript(script, 'x.sh').commands.map(({ parsed, version, place }) => ({
      role: parsed.role,
      ...settingsOf(parsed),
      version,
      place,
    }));

  test.each([
    ['k3s kubectl get nodes\nk3s-uninstall.sh\nk3s etcd-snapshot save\n', []],
    ['sudo k3s agent --docker', [{ role: 'agent', docker: true, place: 'x.sh:1' }]],
    ['NOW=$(date)\ncurl https://get.k3s.io | sh -', [{ role: 'server', place: 'x.sh:2' }]],
    [
      'export INSTALL_K3S_VERSION=v1.34.1+k3s1\n./install.sh',
      [{ role: 'server', version: 'v1.34.1+k3s1', place: 'x.sh:2' }],
    ],
    ['./install.sh server', []],
    [
      'VERSION=$(k3s --version)\nk3s agent --token "$(cat /root/token)"',
      [{ role: 'agent', place: 'x.sh:2' }],
    ],
    ['export K3S_TOKEN=`cat token`\nk3s agent', [{ role: 'agent', place: 'x.sh:2' }]],
    [
      'export INSTALL_K3S_VERSION=v1.34.1+k3s1\n./k3s-install.sh --docker',
      [{ role: 'server', docker: true, version: 'v1.34.1+k3s1', place: 'x.sh:2' }],
    ],
    ['server --docker', [{ role: 'server', docker: true, place: 'x.sh' }]],
    ['--docker', [{ role: 'server', docker: true, place: 'x.sh' }]],
    ['INSTALL_K3S_EXEC="agent --docker"', [{ role: 'agent', docker: true, place: 'x.sh' }]],
    ['echo hello', []],
  ])('%j', (script, expected) => {
    expect(commands(script)).toEqual(expected.map((one) => ({ version: undefined, ...one })));
  });

  test('that depend on another command are refused, with their line', () => {
    expect(() => commands('#!/bin/sh\nk3s agent --node-ip $(hostname -I)')).toThrow(
      expect.objectContaining({ code: 'UNREADABLE_COMMAND', message: expect.stringContaining('x.sh:2: ') }),
    );
  });

  test('write files of K3s, unless they hold variables', () => {
    const script = (body: string) => `cat > /etc/rancher/k3s/config.yaml <<EOF\n${body}\nEOF\n`;
    expect(readScript(script('debug: true'), 'x.sh').files).toEqual({ 'config.yaml': 'debug: true\n' });
    expect(() => readScript(script('token: $TOKEN'), 'x.sh')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
    expect(readScript('cat > /etc/other.yaml <<EOF\n$X\nEOF', 'x.sh').files).toEqual({});
  });
});

test('a unit says what it starts, with its variables', () => {
  const unit = readUnit(
    "[Service]\nEnvironment=K3S_NODE_NAME=alfa \"K3S_DEBUG=true\"\nEnvironmentFile=-/etc/default/%N\nExecStartPre=-/sbin/modprobe overlay\nExecStart=-/opt/bin/k3s \\\n  server \\\n\t'--disable' 'traefik'\n",
  );
  expect(unit.parsed && settingsOf(unit.parsed)).toEqual({
    'node-name': 'alfa',
    debug: true,
    disable: ['traefik'],
  });
  expect(readUnit('[Service]\nExecStart=/usr/bin/nginx\n')).toEqual({ environmentFiles: [] });
});

test('an environment file is read as systemd reads it', () => {
  const { given } = readEnvironmentFile(
    `# K3S_DEBUG=true\nK3S_TOKEN='a "b"'\nexport K3S_NODE_NAME="a\\"b"\nPATH=/bin\nK3S_URL=https://x:6443\n`,
  );
  expect(given.map(({ key, values }) => [key, values[0]?.text])).toEqual([
    ['token', 'a "b"'],
    ['node-name', 'a"b'],
    ['server', 'https://x:6443'],
  ]);
});

describe('registries.yaml', () => {
  const read = (text: string) =>
    readRegistries({ path: 'registries.yaml', name: 'registries.yaml', folder: 'k3s', text });
  const problems = (text: string) =>
    read(text).findings.map(({ subject, problem, fix }) => `${subject}: ${problem}; ${fix}`);

  test.each([
    [
      'mirrors: {docker.io: {endpoints: [x]}}',
      'mirrors.docker.io.endpoints: is no key that K3s knows, so it is ignored; write endpoint',
    ],
    ['mirror: {}', 'mirror: is no key that K3s knows, so it is ignored; write mirrors'],
    [
      'mirrors: {docker.io: {endpoint: https://x}}',
      "mirrors.docker.io.endpoint: must be a list: K3s cannot read the file and stops; write '- ' before the URL",
    ],
    [
      'configs: {a: {auth: {token: x}}}',
      'configs.a.auth.token: is no key that K3s knows, so it is ignored; write identity_token',
    ],
    [
      'configs: {a: {auth: {username: x}}}',
      'configs.a.auth: has no password; write both, or an identity_token',
    ],
    [
      'configs: {a: {tls: {insecure_skip_verify: "yes"}}}',
      'configs.a.tls.insecure_skip_verify: must be true or false: K3s cannot read the file and stops; write true or false without quotes',
    ],
    [
      'configs: [a]',
      'configs: must be a map: K3s cannot read the file and stops; write `key: value` lines below it',
    ],
    ['auths: {a: {}}', "auths: is ignored by K3s; write it under 'configs'"],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual([`registries.yaml ${expected}`]);
  });

  test('anchors are followed, and one inside of itself ends', () => {
    expect([...read('x: &e {endpoint: [https://a]}\nmirrors: {a: *e, b: *e}').mirrors.values()]).toEqual([
      { endpoints: ['https://a'], rewrite: new Map() },
      { endpoints: ['https://a'], rewrite: new Map() },
    ]);
    expect(read('mirrors: &m {a: *m}').mirrors.size).toBe(1);
  });
});

describe('connection strings', () => {
  test.each([
    [
      'postgres://u:p%40w@db:5433/k3s',
      { kind: 'postgres', host: 'db', port: 5433, database: 'k3s', user: 'u', password: 'p@w' },
    ],
    [
      'postgresql://u:p@[fd00::1]/k3s',
      { kind: 'postgres', host: 'fd00::1', port: 5432, database: 'k3s', user: 'u', password: 'p' },
    ],
    [
      'mysql://u:p@tcp(db:3306)/k3s',
      { kind: 'mysql', host: 'db', port: 3306, database: 'k3s', user: 'u', password: 'p' },
    ],
    ['https://a:2379,https://b:2379', { kind: 'etcd', endpoints: ['https://a:2379', 'https://b:2379'] }],
    ['postgres://u:p@db/k3s?sslmode=disable', undefined],
    ['postgres://u:p@db', undefined],
    ['postgres://u:p@db/K3S', undefined],
    ['postgres://u:%zz@db/k3s', undefined],
    ['mysql://u:p@w@tcp(db)/k3s', undefined],
    ['sqlite:///x', undefined],
  ])('%s', (text, expected) => {
    expect(parseEndpoint(text)).toEqual(expected);
  });

  test('are equal when they mean the same', () => {
    expect(canonicalEndpoint('postgresql://u:p@db/k3s')).toBe(
      canonicalEndpoint('postgres://u:%70@db:5432/k3s'),
    );
    expect(canonicalEndpoint('postgres://u:p@db/k3s')).not.toBe(canonicalEndpoint('postgres://u:q@db/k3s'));
  });
});

test.each([
  ['http://user:pw@proxy:3128', true],
  [['a', 'https://:pw@x'], true],
  [{ 'oidc-client-secret': 'x' }, true],
  [{ 'max-pods': 60, x: 'https://user@host' }, false],
  ['https://host:443/a@b', false],
  [true, false],
])('a password in %j: %s', (value, expected) => {
  expect(holdsPassword(value as never)).toBe(expected);
});
