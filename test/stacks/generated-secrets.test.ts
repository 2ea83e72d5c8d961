import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ExistingCluster } from '../../constructs/cluster/existing-cluster';
import type { Environment } from '../../constructs/environment';
import { workloadSecret } from '../../constructs/workloads/secrets/workload-secret';
import { SecretRef, secretText } from '../../lib/secret';
import { Workloads } from '../../stacks/components/workloads';
import { stackConfig } from '../../stacks/stack-config';
import { isSecret, plain } from '../support/pulumi-monitor';
import { provisionable, ran } from '../support/pulumi-program';

jest.setTimeout(60_000);

const root = '5f'.repeat(32);

beforeEach(() => {
  for (const level of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, level).mockReturnValue();
});
afterEach(() => void jest.restoreAllMocks());

test('generated values are made from the stack’s root on their way, as secrets, the same in every run', async () => {
  const [first, second] = [await applied(), await applied()];
  expect(first).toEqual(second);
  expect(first['password']).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(first['url']).toBe(`postgres://app:${first['password']}@db/app`);
});

test('a stack without the root is told how to make it, beside what else it lacks', async () => {
  const missing = ran({ program: () => stackConfig(provisionable(shop), [], {}) });
  await expect(missing).rejects.toMatchObject({ code: 'MISSING_CONFIGURATION' });
  await expect(missing).rejects.toThrow(
    '  openssl rand -hex 32 | pulumi config set --secret generated-secrets\n  pulumi config set --secret smtp',
  );
});

/** Values of the Kubernetes Secret that `pulumi up` makes. */
async function applied(): Promise<Record<string, string>> {
  const { monitor } = await ran({
    program: () =>
      void new Workloads('k3d', {
        synthesis: provisionable(shop),
        access: { kubeconfig: 'canary' },
        secrets: { 'generated-secrets': root, smtp: 'hunter2' },
      }),
  });
  const data = monitor.registrations.find(({ type }) => type === 'kubernetes:core/v1:Secret')?.inputs['data'];
  expect(isSecret(data)).toBe(true);
  return Object.fromEntries(
    Object.entries(plain(data) as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
}

function shop(env: Environment): void {
  const cluster = new ExistingCluster(env, 'k3d', {
    kubeconfig: { context: 'k3d' },
    kubernetesVersion: '1.34',
  });
  const password = SecretRef.generated();
  workloadSecret(cluster, {
    namespace: 'shop',
    name: 'database',
    data: {
      password,
      url: secretText`postgres://app:${password}@db/app`,
      smtp: SecretRef.fromConfig('smtp'),
    },
  });
}
