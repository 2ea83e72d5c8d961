import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../../lib/distributions/k3s/command-line';
import { parseConfigFiles } from '../../../../lib/distributions/k3s/config-file';
import { mergeOptions, settingsOf } from '../../../../lib/distributions/k3s/parsed-options';

const read = (line: string | string[]) => {
  const parsed = parseCommandLine(line);
  return { role: parsed.role, ...settingsOf(parsed) };
};
const problems = (line: string) => parseCommandLine(line).notes.map((note) => note.problem);

test.each([
  [
    'k3s server --disable traefik --tls-san=x -o /path',
    { role: 'server', disable: ['traefik'], 'tls-san': ['x'], 'write-kubeconfig': '/path' },
  ],
  [
    '/usr/local/bin/k3s agent -docker --node-ip 10.0.0.2',
    { role: 'agent', docker: true, 'node-ip': ['10.0.0.2'] },
  ],
  ['sudo -E k3s server --debug=false -v 3', { role: 'server', debug: false, v: 3 }],
  ['server --cluster-init', { role: 'server', 'cluster-init': true }],
  ['--disable traefik,servicelb', { role: 'server', disable: ['traefik', 'servicelb'] }],
  [
    "k3s server --kubelet-arg 'max-pods=60' --kubelet-arg=v=2",
    { role: 'server', 'kubelet-arg': { 'max-pods': '60', v: '2' } },
  ],
  ['k3s --debug server', { role: 'server', debug: true }],
  ['k3s agent --server https://alfa:6443', { role: 'agent', server: 'https://alfa:6443' }],
  [
    "/usr/local/bin/k3s \\\n    server \\\n\t'--disable' \\\n\t'traefik' \\\n",
    { role: 'server', disable: ['traefik'] },
  ],
])('reads %j', (line, expected) => {
  expect(read(line)).toEqual(expected);
});

describe('the installer', () => {
  test.each([
    ['curl -sfL https://get.k3s.io | sh -s - --disable=traefik', { role: 'server', disable: ['traefik'] }],
    ['curl -sfL https://get.k3s.io | sh -s - -o /path', { role: 'server', 'write-kubeconfig': '/path' }],
    [
      'curl x | INSTALL_K3S_EXEC="server --debug" sh -s - --docker',
      { role: 'server', debug: true, docker: true },
    ],
    ['curl x | K3S_URL=https://alfa:6443 K3S_TOKEN=abc sh -', { role: 'agent', server: 'https://alfa:6443' }],
    ['export K3S_NODE_NAME=a; ./install.sh server', { role: 'server', 'node-name': 'a' }],
    [
      `INSTALL_K3S_EXEC="--kubelet-arg 'a=b c'" ./install.sh`,
      { role: 'server', 'kubelet-arg': { 'a\\': 'b c' } },
    ],
  ])('%j', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test('says when a variable is set for the download only', () => {
    expect(problems('K3S_TOKEN=abc curl x | sh -')).toEqual([
      'K3S_TOKEN is set for curl only, so K3s never sees it',
    ]);
  });
});

test('takes words that a shell has split already', () => {
  expect(read(['k3s', 'server', '--node-name', '$HOME "x"'])).toEqual({
    role: 'server',
    'node-name': '$HOME "x"',
  });
});

test('a word after a switch ends the options, without a secret in the message', () => {
  expect(parseCommandLine('k3s server --cluster-init true --disable traefik --token abc')).toMatchObject({
    given: [{ key: 'cluster-init' }],
    notes: [
      {
        key: 'cluster-init',
        level: 'error',
        problem:
          'K3s stops reading options at a word that belongs to none, after --cluster-init, so --disable, --token have no effect',
        fix: 'write --cluster-init or --cluster-init=false',
      },
    ],
  });
});

test('an option without its value is named', () => {
  expect(problems('k3s server --node-name')).toEqual(['--node-name has no value']);
});

test('variables are named, not guessed', () => {
  expect(problems('k3s agent --node-ip $NODE_IP')).toEqual(['the value of $NODE_IP is not known here']);
});

test('refuses a line that depends on another command', () => {
  expect(() => parseCommandLine('k3s agent --node-ip $(hostname -I)')).toThrow(
    expect.objectContaining({ code: 'UNREADABLE_COMMAND' }),
  );
});

test('joins file, command line and environment in the order of K3s', () => {
  const file = parseConfigFiles({ base: 'v: 1\ntls-san: [a]\nnode-name: file' });
  const line = parseCommandLine('K3S_NODE_NAME=env K3S_DEBUG=true k3s server -v 2 --tls-san b');
  expect(settingsOf(mergeOptions(file, line))).toEqual({
    v: 2,
    'tls-san': ['a', 'b'],
    'node-name': 'file',
    debug: true,
  });
});
