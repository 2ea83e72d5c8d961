import { describe, expect, test } from '@jest/globals';
import { HiddenValues } from '../../../../lib/diff/hidden-value';
import { withoutHostSecrets } from '../../../../lib/diff/hosts/hidden-on-hosts';
import { hostBlocks } from '../../../../lib/diff/hosts/host-blocks';
import { rollouts } from '../../../../lib/diff/hosts/rollouts';
import { hostRules } from '../../../../lib/diff/rules/host-rules';
import { findRisks } from '../../../../lib/diff/rules/risk-rules';
import { withoutAnySecret } from '../../../../lib/diff/secret-text';
import type { HostFile, HostSynthesis, Synthesis } from '../../../../lib/synthesis/synthesis';
import { hostComparison } from '../../../support/host-comparison';
import { k3sSynthesis } from '../../../support/k3s-synthesis';

const plain = k3sSynthesis({});

/** A program of somebody who wrote values of secrets where references belong: the types refuse that, what was synthesized elsewhere may have it. */
function withHost(over: (host: HostSynthesis) => Partial<HostSynthesis>): Synthesis {
  return { ...plain, hosts: plain.hosts.map((host) => ({ ...host, ...over(host) })) };
}

function withFile(
  path: string,
  content: string | undefined,
  encoding: HostFile['encoding'] = 'raw',
): Synthesis {
  const file = { path, mode: '0600', owner: 'root:root', encoding, disruption: 'restart' } as const;
  return withHost(({ files }) => ({
    files: content === undefined ? files : [...files, { ...file, content }],
  }));
}

const PEM = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIhunter2\n-----END EC PRIVATE KEY-----';
const FILES: readonly (readonly [string, string, HostFile['encoding'], (value: string) => string])[] = [
  [
    'a login of a registry',
    '/etc/rancher/k3s/registries-x.yaml',
    'yaml',
    (value) => `configs:\n  r.lan:\n    auth:\n      username: puller\n      password: ${value}\n`,
  ],
  [
    'a login of a registry in base64',
    '/etc/rancher/k3s/registries-x.yaml',
    'yaml',
    (value) => `configs:\n  r.lan: {auth: {auth: ${value}}}\n`,
  ],
  [
    'a proxy with a login',
    '/etc/systemd/system/x.env',
    'environment',
    (value) => `HTTP_PROXY="http://me:${value}@proxy.lan:3128"\nA="1"\n`,
  ],
  ['a token with blanks', '/etc/rancher/k3s/x.yaml', 'yaml', (value) => `token: two ${value} words\n`],
  [
    'an address of a datastore',
    '/etc/rancher/k3s/x.yaml',
    'yaml',
    (value) => `datastore-endpoint: postgres://k3s:${value}@db.lan:5432/k3s\n`,
  ],
  [
    'an address of a datastore in MySQL',
    '/etc/rancher/k3s/x.yaml',
    'yaml',
    (value) => `datastore-endpoint: mysql://k3s:${value}@tcp(db.lan:3306)/k3s\n`,
  ],
  [
    'an argument after its option in a unit',
    '/etc/systemd/system/x.service',
    'raw',
    (value) => `[Service]\nExecStart=/usr/bin/x --token ${value} --level 3\n`,
  ],
  [
    'a variable of a unit',
    '/etc/systemd/system/x.service',
    'raw',
    (value) => `[Service]\nEnvironment="DB_PASSWORD=${value}"\n`,
  ],
  [
    'a login in an address of a unit',
    '/etc/systemd/system/x.service',
    'raw',
    (value) => `[Service]\nEnvironment=HTTPS_PROXY=http://me:${value}@proxy.lan\n`,
  ],
  ['a private key', '/etc/ssl/x.key', 'raw', (value) => `# key\n${PEM.replace('hunter2', value)}\n`],
  ['a file that does not parse', '/etc/rancher/k3s/x.yaml', 'yaml', (value) => `a: [1\npassword: ${value}\n`],
];

describe.each(FILES)('%s in a file of a host', (_, path, encoding, text) => {
  const states = [undefined, text('hunter2hunter2'), text('hunter3hunter3')] as const;
  const [none, old, now] = states.map((content) => withFile(path, content, encoding)) as [
    Synthesis,
    Synthesis,
    Synthesis,
  ];
  const fileOf = (before: Synthesis, after: Synthesis) => hostBlocks(before, after)[0]?.files[0];

  test('is never shown', () => {
    for (const [before, after] of [
      [none, old],
      [old, now],
      [old, none],
    ] as const) {
      const file = fileOf(before, after);
      expect(file?.path).toBe(path);
      expect(JSON.stringify(file)).not.toContain('hunter');
      expect(JSON.stringify(file)).toContain('«hidden');
    }
  });

  test('still shows that it changed', () => {
    const file = fileOf(old, now);
    expect(file?.fields?.length ?? 0).toBe(file?.fields === undefined ? 0 : 1);
    expect(file?.fields !== undefined || file?.before !== file?.after).toBe(true);
  });
});

test('what is around a value in a file stays readable, and holes stay', () => {
  const unit = (level: number): string =>
    `ExecStart=/usr/bin/x --token hunter2hunter2 --level ${level}\nEnvironment=K3S_TOKEN=«secret:token»\n`;
  const path = '/etc/systemd/system/x.service';
  const [block] = hostBlocks(withFile(path, unit(1)), withFile(path, unit(2)));
  expect(block?.files[0]?.after).toBe(
    'ExecStart=/usr/bin/x --token «hidden» --level 2\nEnvironment=K3S_TOKEN=«secret:token»\n',
  );
  const config = (name: string): string =>
    `datastore-endpoint: mysql://k3s:«secret:${name}»@tcp(db.lan:3306)/k3s\n`;
  const data = hostBlocks(withFile('/etc/x.yaml', config('one')), withFile('/etc/x.yaml', config('two')));
  expect(data[0]?.files[0]?.fields).toEqual([
    {
      path: 'datastore-endpoint',
      op: 'replace',
      before: 'mysql://k3s:«secret:one»@tcp(db.lan:3306)/k3s',
      after: 'mysql://k3s:«secret:two»@tcp(db.lan:3306)/k3s',
    },
  ]);
});

describe('values in options, labels and commands of a host', () => {
  const state = (value: string): Synthesis => {
    const host = withHost(({ settings, labels }) => ({
      settings: {
        ...settings,
        'agent-token': `${value} with blanks`,
        'datastore-endpoint': `postgres://k3s:${value}@db.lan/k3s`,
        'kube-apiserver-arg': [`oidc-client-secret=${value}`],
      },
      labels: { ...labels, 'shop/password': value },
    }));
    const steps = host.graph.steps.map((step) =>
      step.script === undefined
        ? step
        : { ...step, script: { ...step.script, values: { ...step.script.values, S3_SECRET_KEY: value } } },
    );
    return { ...host, graph: { ...host.graph, steps } };
  };
  const [before, after] = [state('hunter2hunter2'), state('hunter3hunter3')];

  test('are hidden, and told apart', () => {
    const [block] = hostBlocks(before, after);
    expect(JSON.stringify(block)).not.toContain('hunter');
    const shown = [...(block?.options ?? []), ...(block?.properties ?? [])];
    expect(shown.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['agent-token', 'datastore-endpoint', 'label shop/password']),
    );
    expect(shown.filter((field) => field.before === field.after)).toEqual([]);
    expect(block?.steps).toContain('run: S3_SECRET_KEY «hidden» -> «hidden»');
  });

  test('are in no risk, and in no roll-out', () => {
    const risks = findRisks(hostComparison(before, after), hostRules);
    expect(risks.map(({ rule }) => rule.id)).toContain('remote-commands-changed');
    const said = JSON.stringify(risks.map(({ what, field, onApply, fix }) => [what, field, onApply, fix]));
    expect(said).toContain('S3_SECRET_KEY «hidden» -> «hidden»');
    expect(said).not.toContain('hunter');
    expect(JSON.stringify(rollouts(before, after))).not.toContain('hunter');
  });
});

test('a short value is not taken out of the middle of another word', () => {
  const state = withHost(() => ({ labels: { password: 'alfa' } }));
  const shown = withoutHostSecrets([state, undefined], () => '«hidden»');
  expect(shown('alfa: label password alfa -> none, alfalfa')).toBe(
    '«hidden»: label password «hidden» -> none, alfalfa',
  );
});

test.each([
  ['https://me:hunter2@r.lan/x', 'https://me:«hidden 1»@r.lan/x'],
  ['me:hunter2@tcp(db.lan)/x', 'me:«hidden 1»@tcp(db.lan)/x'],
  ['{"auth": "aHVudGVyMg=="}', '{"auth": "«hidden 1»"}'],
  [`a\n${PEM}\nb`, 'a\n«hidden 1»\nb'],
  ['x --password "hunter2" -v', 'x --password "«hidden 1»" -v'],
  ['x --password-file /etc/x --port 80', 'x --password-file /etc/x --port 80'],
  ['x --token «secret:token» y', 'x --token «secret:token» y'],
  ['token = ghp_0123456789012345678901234567890123', 'token = «hidden 1»'],
])('%j is shown as %j', (text, expected) => {
  const hidden = new HiddenValues();
  expect(withoutAnySecret(text, (secret) => hidden.mark(secret))).toBe(expected);
});
