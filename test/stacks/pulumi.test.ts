import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ExistingCluster, K3sCluster, environments, secret } from 'k3stack';
import { run } from 'k3stack/pulumi';

const program = environments({ laptop: {}, staging: {} }, (env) => {
  if (env.name === 'laptop')
    new ExistingCluster(env, 'k3d', {
      kubeconfig: { secret: secret('kubeconfig') },
      kubernetesVersion: '1.34',
    });
  else
    new K3sCluster(env, 'k3s', {
      version: 'v1.34.1+k3s1',
      servers: { alfa: { nodeIp: '192.0.2.11' } },
      agents: { bravo: {} },
    });
});

const folder = mkdtempSync(join(tmpdir(), 'k3stack-pulumi-'));

async function stack(name: string, preview: boolean): Promise<void> {
  const unexpected = ({ type }: { type: string }): never => {
    throw new Error(`no resource was expected, got ${type}`);
  };
  await pulumi.runtime.setMocks({ newResource: unexpected, call: () => ({}) }, 'test', name, preview);
}

describe('the Pulumi program', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('takes the environment that the stack is named after', async () => {
    await stack('staging', true);
    expect(run(program, { folder })).toEqual({
      endpoints: { k3s: 'https://192.0.2.11:6443' },
      nodes: { k3s: ['alfa', 'bravo'] },
      secrets: ['k3s-agent-token', 'k3s-server-token'],
    });
    await stack('laptop', true);
    expect(run(program, { folder }).nodes).toEqual({ k3d: [] });
  });

  test('fails when no environment has the name of the stack', async () => {
    await stack('stagign', true);
    expect(() => run(program, { folder })).toThrow(
      `the program has no environment "stagign"; did you mean 'staging'?`,
    );
  });

  test('fails outside of a preview, saying what works instead', async () => {
    await stack('staging', false);
    expect(() => run(program, { folder })).toThrow(
      'run pulumi preview, or k3stack synth and apply dist/staging/manifests with kubectl',
    );
  });
});
