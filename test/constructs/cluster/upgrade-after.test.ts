import { describe, expect, test } from '@jest/globals';
import { environments, ExistingCluster, K3sCluster, type Environment } from '../../../constructs';
import { synthesize } from '../../../constructs/synthesis/synthesize';
import type { UpgradeSettings } from '../../../lib/distributions/k3s/cluster-settings';
import type { Promotion } from '../../../lib/promotion/record';
import { InvalidProgramError } from '../../../lib/rules/invalid-program';
import { emptyContext } from '../../support/synthesized';

const VERSION = 'v1.34.1+k3s1';

/** Production's cluster, which takes its releases from elsewhere, beside what `staging` declares. */
function program(upgrade: UpgradeSettings, staging: (env: Environment) => void = cluster) {
  return environments({ staging: {}, production: {} }, (env) =>
    env.name === 'staging' ? staging(env) : cluster(env, upgrade),
  );
}

function cluster(env: Environment, upgrade?: UpgradeSettings): void {
  new K3sCluster(env, 'k3s', {
    version: VERSION,
    servers: { alfa: { nodeIp: '10.0.0.11' } },
    ...(upgrade && { upgrade }),
  });
}

const proof = (healthy: number): Promotion => ({
  since: '2026-11-20T00:00:00Z',
  checkedAt: '2026-11-21T00:00:00Z',
  healthy,
  nodes: ['alfa'],
});

function warnings(upgrade: UpgradeSettings, proofs: Readonly<Record<string, Promotion>> = {}) {
  const { warnings: found } = synthesize(program(upgrade).build('production'), {
    ...emptyContext,
    promotion: (environment, name, version) => proofs[`${environment} ${name} ${version}`],
  });
  return found.filter(({ rule }) => rule === 'release-proof');
}

function refusal(upgrade: UpgradeSettings, staging: (env: Environment) => void): string {
  try {
    synthesize(program(upgrade, staging).build('production'), emptyContext);
    return '';
  } catch (error) {
    if (error instanceof InvalidProgramError)
      return error.violations
        .map(({ path, property, problem }) => `[${path}] ${property}: ${problem}`)
        .join();
    throw error;
  }
}

describe('a release is let in when', () => {
  test('the program asks for no proof', () => expect(warnings({})).toEqual([]));

  test.each<[string, UpgradeSettings, Record<string, Promotion>]>([
    [
      'the other environment ran it for a day',
      { after: 'staging' },
      { [`staging k3s ${VERSION}`]: proof(86_400) },
    ],
    [
      'it ran as long as asked for',
      { after: 'staging', soak: '1h' },
      { [`staging k3s ${VERSION}`]: proof(3600) },
    ],
    ['this environment runs it already', { after: 'staging' }, { [`production k3s ${VERSION}`]: proof(0) }],
  ])('%s', (_, upgrade, proofs) => expect(warnings(upgrade, proofs)).toEqual([]));
});

describe('hosts are refused a release when', () => {
  test('nothing is recorded', () => {
    expect(warnings({ after: 'staging' })).toEqual([
      {
        rule: 'release-proof',
        path: 'production/k3s',
        property: 'version',
        problem: `nothing proves that k3s in staging runs ${VERSION}`,
        fix: 'run k3stack promote --env staging when k3s has run it there for 24 h',
        blocks: 'provision',
      },
    ]);
  });

  test('it ran too short', () => {
    expect(
      warnings({ after: 'staging', soak: '2d' }, { [`staging k3s ${VERSION}`]: proof(90_000) }),
    ).toMatchObject([{ problem: `k3s in staging was healthy at ${VERSION} for 25 h of 2 d` }]);
  });

  test('another release, or another cluster, was proven', () => {
    const proofs = { 'staging k3s v1.34.0+k3s1': proof(99_999), [`staging edge ${VERSION}`]: proof(99_999) };
    expect(warnings({ after: 'staging' }, proofs)).toHaveLength(1);
  });
});

describe('the environment that releases come from', () => {
  test('has the cluster', () => expect(refusal({ after: 'staging' }, (env) => cluster(env))).toBe(''));

  test('is refused without it', () => {
    const existing = (env: Environment) =>
      void new ExistingCluster(env, 'k3s', { kubeconfig: { context: 'a' }, kubernetesVersion: '1.34' });
    expect(refusal({ after: 'staging' }, existing)).toBe(
      "[production/k3s] upgrade.after: environment 'staging' has no K3s cluster 'k3s'",
    );
    expect(refusal({ after: 'test' }, existing)).toContain("the program has no environment 'test'");
  });

  test('may itself be wrong, which is told where it is', () => {
    expect(
      refusal({ after: 'staging' }, () => {
        throw new Error('later');
      }),
    ).toBe('');
  });

  test('may take its releases from this one: that is built once, not for ever', () => {
    expect(refusal({ after: 'staging' }, (env) => cluster(env, { after: 'production' }))).toBe('');
  });
});
