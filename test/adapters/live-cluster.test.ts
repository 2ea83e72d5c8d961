import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { clusterAccess } from '../../adapters/live-cluster/cluster-access';
import { lacksRight, refusal } from '../../adapters/live-cluster/refusal';
import { addFiles, folderWith } from '../support/cli';

describe('a kubeconfig gives access to the cluster of its context', () => {
  test('with data that stands in it', () => {
    expect(
      accessIn({ user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') } }),
    ).toEqual({
      server: new URL('https://10.0.0.1:6443'),
      namespace: 'default',
      ca: 'authority',
      certificate: { cert: 'cert', key: 'key' },
    });
  });

  test('with files beside it, of which that with the token wins over a token', () => {
    const user = { tokenFile: 'token.txt', token: 'old' };
    const cluster = {
      server: 'https://k3s.example',
      'certificate-authority': './ca.crt',
      'tls-server-name': 'k3s',
    };
    const files = { 'token.txt': 'new\n', 'ca.crt': 'authority of a file' };
    expect(accessIn({ user, cluster }, files)).toEqual({
      server: new URL('https://k3s.example'),
      namespace: 'default',
      ca: 'authority of a file',
      serverName: 'k3s',
      token: 'new',
    });
  });

  test('with the namespace of the context, and without a check where the file says so', () => {
    const cluster = { server: 'https://10.0.0.1', 'insecure-skip-tls-verify': true };
    expect(accessIn({ user: { token: 'a' }, cluster, context: { namespace: 'shop' } })).toEqual({
      server: new URL('https://10.0.0.1'),
      namespace: 'shop',
      insecure: true,
      token: 'a',
    });
  });

  test('of another name than the current one, when that is asked for', () => {
    const folder = folderWith({ config: kubeconfig({ user: { token: 'a' } }) });
    expect(() => clusterAccess(join(folder, 'config'), 'config', 'other')).toThrow(
      "config has no entry 'other' in contexts; write one that it has",
    );
  });
});

describe('a kubeconfig is refused by what is wrong with it, and its secrets are not quoted', () => {
  test.each<[string, string | undefined]>([
    ['config is not there; name a kubeconfig', undefined],
    ['config is no kubeconfig: it is empty, or no map', ''],
    ['config is not YAML; write it again, such as with k3stack kubeconfig', 'token: "plum\nother: "'],
    ['config has no current-context; write --context NAME', 'clusters: []'],
    ["config has no entry 'c' in contexts; write one that it has", 'current-context: c\ncontexts: 3'],
    [
      "config has 'exec' for the user 'u', which is not supported",
      kubeconfig({ user: { exec: { command: 'plum' } } }),
    ],
    [
      "config has 'as' for the user 'u', which is not supported",
      kubeconfig({ user: { token: 'plum', as: 'root' } }),
    ],
    [
      "config has 'username' for the user 'u', which is not supported",
      kubeconfig({ user: { username: 'plum' } }),
    ],
    ["config has neither a token nor a client certificate for the user 'u'", kubeconfig({ user: {} })],
    [
      "config has only one of client-certificate and client-key for the user 'u'",
      kubeconfig({ user: { 'client-key-data': base64('plum') } }),
    ],
    [
      "config names 'none.txt' as tokenFile, which cannot be read",
      kubeconfig({ user: { tokenFile: 'none.txt' } }),
    ],
    [
      "config has no https address as the server of the cluster 'c'",
      kubeconfig({ user: { token: 'plum' }, cluster: { server: 'http://10.0.0.1' } }),
    ],
    [
      "config has no https address as the server of the cluster 'c'",
      kubeconfig({ user: { token: 'plum' }, cluster: { server: '10.0.0.1:6443' } }),
    ],
    [
      "config has a proxy-url for the cluster 'c', which is not supported",
      kubeconfig({
        user: { token: 'plum' },
        cluster: { server: 'https://10.0.0.1', 'proxy-url': 'socks5://plum' },
      }),
    ],
    ['config is larger than 1 MiB, which no kubeconfig is', `# ${'x'.repeat(1_100_000)}`],
  ])('%s', (problem, text) => {
    const folder = folderWith(text === undefined ? {} : { config: text });
    const reading = (): unknown => clusterAccess(join(folder, 'config'), 'config');
    expect(reading).toThrow(problem);
    expect(reading).toThrow(expect.objectContaining({ code: 'UNUSABLE_KUBECONFIG' }));
    expect(reading).not.toThrow(/plum/);
  });
});

describe('why a server refuses an object', () => {
  const invalid = (message: string): unknown => ({
    reason: 'Invalid',
    message: 'long',
    details: { causes: [{ field: 'spec.template', message }] },
  });
  const quoted =
    'Invalid value: {"spec":{"containers":[{"env":[{"name":"A","value":"plum: [x]"}]}]}}: field is immutable';

  test('is told field by field, without what it quotes', () => {
    expect(refusal(answer(422, invalid(quoted)), false)).toBe(
      'spec.template: Invalid value: field is immutable',
    );
    expect(refusal(answer(422, invalid('Invalid value: "pl\\"um": must be short')), false)).toBe(
      'spec.template: Invalid value: must be short',
    );
    const go =
      'Invalid value: core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:"plum"}}: field is immutable';
    expect(refusal(answer(422, invalid(go)), false)).toBe('spec.template: Invalid value: field is immutable');
    expect(
      refusal(answer(422, invalid('Unsupported value: "plum": supported values: "TCP", "UDP"')), false),
    ).toBe('spec.template: Unsupported value: supported values: "TCP", "UDP"');
  });

  test('is one word for an object with hidden values', () => {
    expect(refusal(answer(422, invalid('Invalid value: plum')), true)).toBe(
      'Invalid (its words are left out, as they may quote hidden values)',
    );
  });

  test('is one line without control characters, cut in the middle', () => {
    const text = refusal(
      answer(403, { message: `admission webhook "x" denied:\n\u001b[31m${'y'.repeat(900)} end` }),
      false,
    );
    expect(text).toMatch(/^admission webhook "x" denied: \\u001b\[31my+ … y+ end$/);
    expect(text.length).toBeLessThan(300);
  });

  test('is its status where it says nothing that can be read', () => {
    expect(refusal(answer(502, undefined), false)).toBe('HTTP 502');
  });

  test.each([
    ['User "a" cannot patch resource "deployments" in API group "apps" in the namespace "shop"', true],
    ['admission webhook "a" denied the request: you cannot patch resource "b"', false],
    ['pods "a" is forbidden: violates PodSecurity "restricted:latest"', false],
  ])('may be that a right is missing: %s', (message, lacks) => {
    expect(lacksRight(answer(403, { reason: 'Forbidden', message }))).toBe(lacks);
    expect(lacksRight(answer(422, { message }))).toBe(false);
  });
});

function accessIn(
  parts: Parameters<typeof kubeconfig>[0],
  files: Readonly<Record<string, string>> = {},
): unknown {
  const folder = folderWith({ config: kubeconfig(parts) });
  addFiles(folder, files);
  return clusterAccess(join(folder, 'config'), 'config');
}

function kubeconfig({
  user,
  cluster = { server: 'https://10.0.0.1:6443', 'certificate-authority-data': base64('authority') },
  context = {},
}: {
  readonly user: unknown;
  readonly cluster?: unknown;
  readonly context?: object;
}): string {
  return stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function answer(
  status: number,
  body: unknown,
): { status: number; body: unknown; warnings: readonly string[] } {
  return { status, body, warnings: [] };
}
