import { describe, expect, test } from '@jest/globals';
import { type Chart } from 'cdk8s';
import { AcmeIssuer } from '../../constructs/platform/cert-manager/acme-issuer';
import { ArgoCd } from '../../constructs/platform/gitops/argo-cd';
import { Flux } from '../../constructs/platform/gitops/flux';
import { TraefikMiddleware } from '../../constructs/platform/traefik/middleware';
import { EdgeApp, type EdgeAppProps } from '../../constructs/workloads/edge-app';
import { InferenceRuntime } from '../../constructs/workloads/inference-runtime';
import { InferenceServer } from '../../constructs/workloads/inference-server';
import { describeUrl } from '../../lib/rules/describe-url';
import { k3sCluster, problemsIn } from '../support/synth';
import { shop } from '../support/workloads';

/** What is said about a cluster with something in it. */
function said(make: (chart: Chart) => unknown): string {
  const cluster = k3sCluster();
  make(cluster);
  return problemsIn(cluster).join('\n');
}

describe('the address of a Git repository', () => {
  test.each<[string, string, string]>([
    ['an account of ssh with a password', 'ssh://git:hunter2@x.org/a.git', 'holds an account'],
    ['an account of https', 'https://bob:hunter2@x.org/a.git', 'holds an account'],
    ['a password with a slash', 'https://bob:1/hunter2@x.org/a.git', 'holds an account'],
    ['a query', 'https://x.org/a.git?token=hunter2', "a part after '?' or '#'"],
    ['a fragment', 'ssh://git@x.org/a.git#hunter2', "a part after '?' or '#'"],
    ['no scheme that is one', 'ht tps://bob:hunter2@x.org/a.git', 'must be an https:// or ssh:// address'],
    ['a slash in a password of ssh', 'ssh://git:hun/hunter2@x.org/a.git', 'must be an https:// or ssh://'],
  ])('with %s is refused without repeating it', (_, url, message) => {
    for (const Controller of [Flux, ArgoCd]) {
      const text = said((cluster) => new Controller(cluster, 'it', { source: { url } }));
      expect(text).toContain(message);
      expect(text).not.toContain('hunter2');
    }
  });

  test.each(['https://x.org/a.git', 'http://10.0.0.5:3000/a', 'ssh://git@x.org:2222/a.git'])(
    '%s is one',
    (url) => {
      expect(said((cluster) => new Flux(cluster, 'it', { source: { url } }))).toBe('');
    },
  );
});

describe('a message never repeats', () => {
  test('the account in the address of an ACME server', () => {
    const text = said(
      (cluster) =>
        new AcmeIssuer(cluster, 'it', { server: 'https://bob:hun/ter2@x y', solvers: [{ http01: {} }] }),
    );
    expect(text).toContain('or an https address, got "https://…@x y"');
    expect(text).not.toMatch(/bob|ter2/);
  });

  test('the value of a header, nor an account in the address of an upstream', () => {
    const edge = (upstream: EdgeAppProps['upstream']) =>
      said((cluster) => new EdgeApp(cluster, 'it', { image: 'acme/reader:1.0.0', upstream }));
    const header = edge({ url: 'https://example.org', headers: { Authorization: 'Bearer hunter2é' } });
    expect(header).toContain('must be text in ASCII or a secret, got other text');
    expect(header).not.toContain('hunter2');
    const number = edge({ url: 'https://example.org', headers: { 'X-Key': 4711 as never } });
    expect(number).toContain('must be text in ASCII or a secret, got number');
    const address = edge({ url: 'ht tps://bob:hun/ter2@example.org' });
    expect(address).toContain('must be an address');
    expect(address).not.toMatch(/bob|ter2/);
  });

  test('the address of a forwardAuth with an account in it, which is refused', () => {
    for (const address of ['http://u:hunter2@x/y', 'http://u:1/hunter2@x/y']) {
      const text = said((cluster) => new TraefikMiddleware(cluster, 'it', { forwardAuth: { address } }));
      expect(text).toContain('forwardAuth.address: holds an account');
      expect(text).not.toContain('hunter2');
    }
  });

  test.each(['token', 'apiKey'])('text in the place of the %s of vLLM, which is refused', (key) => {
    const namespace = shop();
    const runtime = InferenceRuntime.vllm({ model: 'a/b', [key]: 'hunter2' });
    const server = new InferenceServer(namespace, 'llm', { runtime });
    expect(JSON.stringify(server.deployment.toJson())).not.toContain('hunter2');
    const text = problemsIn(namespace).join('\n');
    expect(text).toContain(`runtime.${key}: must be a secret, got text`);
    expect(text).not.toContain('hunter2');
  });
});

test.each<[unknown, string]>([
  ['https://bob:pa/ss@x.org/a b', '"https://…@x.org/a b"'],
  ['bob:pass@x.org', '"…@x.org"'],
  ['https://x y?token=a', '"https://x y…"'],
  ['x y', '"x y"'],
  [5, '5'],
])('the address %j is described as %s', (url, description) => {
  expect(describeUrl(url)).toBe(description);
});
