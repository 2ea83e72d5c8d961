import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ExistingCluster, K3sCluster, Namespace, environments, late, secret, secretHole } from 'k3stack';
import { run, type RunOptions } from 'k3stack/pulumi';
import { LOCK_FILE, renderLock } from '../../lib/distributions/k3s/lock';
import { plain, type EnginePart } from '../support/pulumi-monitor';
import {
  answeringHosts,
  HOST_KEY,
  openTexts,
  ran,
  recordingSide,
  withFolder,
  type Ran,
} from '../support/pulumi-program';

const program = environments({ laptop: {}, staging: {}, rented: {} }, (env) => {
  const cluster =
    env.name === 'laptop'
      ? new ExistingCluster(env, 'k3d', {
          kubeconfig: { secret: secret('kubeconfig') },
          kubernetesVersion: '1.34',
        })
      : new K3sCluster(env, 'k3s', {
          version: 'v1.34.1+k3s1',
          servers: {
            alfa: {
              nodeIp: '192.0.2.11',
              ssh: {
                host: env.name === 'rented' ? late('alfa-ip', { example: '192.0.2.11' }) : '192.0.2.11',
                hostKey: HOST_KEY,
              },
            },
          },
        });
  const shop = new Namespace(cluster, 'shop');
  cluster.addSecret(shop, {
    namespace: 'shop',
    name: 'database',
    data: { password: secretHole(secret('database')) },
  });
});

const LOCK = renderLock({ 'v1.34.1+k3s1': { k3s: { sha256: '0'.repeat(64), source: 'file:k3s' } } });

const SECRETS = {
  'project:database': 'canary-database',
  'project:k3s-agent-token': 'canary-agent-token',
  'project:k3s-server-token': 'canary-server-token',
  'k3stack:sshPrivateKey': 'canary-key',
};

// Each test runs a program or two, resource by resource.
jest.setTimeout(60_000);

describe('the Pulumi program', () => {
  let told: string[] = [];

  beforeEach(() => {
    told = [];
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation((text: unknown) => void told.push(String(text)));
    delete process.env['SSH_AUTH_SOCK'];
  });
  afterEach(() => void jest.restoreAllMocks());

  test('provisions the environment that the stack is named after, and applies its objects', async () => {
    const { outputs, order, resources } = await stack('staging');
    const namespace = [...resources.values()].find(({ type }) => type === 'kubernetes:core/v1:Namespace');
    expect(namespace?.deletedWith.split('::').at(-1)).toBe('k3s/bootstrap');
    expect(outputs).toEqual({
      endpoints: { k3s: 'https://192.0.2.11:6443' },
      kubeconfigs: { k3s: 'apiVersion: v1 # canary-kubeconfig' },
      nodes: { k3s: ['alfa'] },
      backups: { k3s: [] },
    });
    expect(order).toEqual([
      'alfa/prepare',
      'k3s/bootstrap',
      'k3s/credentials',
      'k3s/retire',
      'alfa/run',
      'k3s/nodes',
      'k3s/kubeconfig',
      'k3s',
      'k3s/shop',
      'k3s/shop/database',
    ]);
  });

  test('applies the objects of a cluster that something else made with its kubeconfig', async () => {
    const { order, resources } = await stack('laptop', {
      secretConfig: { 'project:kubeconfig': 'canary-config', 'project:database': 'x' },
    });
    expect(order).toEqual(['k3d', 'k3d/shop', 'k3d/shop/database']);
    const provider = [...resources.values()].find(({ type }) => type === 'pulumi:providers:kubernetes');
    expect(plain(provider?.inputs['kubeconfig'])).toBe('canary-config');
    expect(provider?.inputs['clusterIdentifier']).toBe('laptop/k3d');
  });

  test('fails when no environment has the name of the stack', async () => {
    await expect(stack('stagign')).rejects.toThrow(
      `the program has no environment "stagign"; did you mean 'staging'?`,
    );
  });

  test('fails with everything that the configuration lacks, each with its command', async () => {
    await expect(stack('rented', { secretConfig: {} })).rejects.toThrowErrorMatchingInlineSnapshot(`
     "the stack rented lacks values that rented needs; run
       pulumi config set --secret database
       pulumi config set --secret k3s-agent-token
       pulumi config set --secret k3s-server-token
       pulumi config set alfa-ip '192.0.2.11'  (write its true value)
       pulumi config set --secret k3stack:sshPrivateKey < ~/.ssh/id_ed25519  (or start an SSH agent)"
    `);
  });

  test('takes no secret from plain text', async () => {
    const { 'project:database': database, ...secretConfig } = SECRETS;
    await expect(
      stack('staging', { secretConfig, config: { 'project:database': database } }),
    ).rejects.toThrow('pulumi config set --secret database  (it is there in plain text: take another value)');
  });

  test.each(['sshPrivateKey', 'sshPassphrase', 'sudoPassword'])(
    'takes no %s from plain text',
    async (name) => {
      const { 'k3stack:sshPrivateKey': key, ...others } = SECRETS;
      const secretConfig = name === 'sshPrivateKey' ? others : { ...others, 'k3stack:sshPrivateKey': key };
      await expect(
        stack('staging', { secretConfig, config: { [`k3stack:${name}`]: 'canary' } }),
      ).rejects.toThrow(
        `pulumi config set --secret k3stack:${name}  (it is there in plain text: take another value)`,
      );
    },
  );

  test('takes late values from the program of the stack, then from the configuration', async () => {
    const given = await stack('rented', {}, { late: { 'alfa-ip': pulumi.output('203.0.113.1') } });
    const configured = await stack('rented', { config: { 'project:alfa-ip': '203.0.113.2' } });
    const host = ({ resources }: Ran): unknown => plain(resources.get('alfa/prepare')?.inputs['connection']);
    expect([host(given), host(configured)]).toMatchObject([{ host: '203.0.113.1' }, { host: '203.0.113.2' }]);
  });

  test.each([5, {}, '', ' ', '203.0.113.1\nfoo', '203.0.113.1\0'])(
    'takes no late value that is no text: %j',
    async (value) => {
      await expect(stack('rented', {}, { late: { 'alfa-ip': value as string } })).rejects.toThrow(
        `must give text on one line, such as "192.0.2.11", got ${JSON.stringify(value)}`,
      );
    },
  );

  test('takes no value from the configuration that is empty or has several lines', async () => {
    const secretConfig = { ...SECRETS, 'project:k3s-server-token': ' ' };
    await expect(stack('staging', { secretConfig })).rejects.toThrow(
      'pulumi config set --secret k3s-server-token  (it is empty)',
    );
    await expect(stack('rented', { config: { 'project:alfa-ip': 'a\nb' } })).rejects.toThrow(
      '(it is empty, or has several lines)',
    );
  });

  test('takes no late value that nothing asks for, but one that another environment does', async () => {
    const given = { 'alfa-pi': pulumi.output('203.0.113.1') };
    await expect(stack('rented', {}, { late: given })).rejects.toThrow(
      `gives what no environment of the program asks for: "alfa-pi" (did you mean 'alfa-ip'?)`,
    );
    const { order } = await stack('staging', {}, { late: { 'alfa-ip': '203.0.113.1' } });
    expect(order).toContain('alfa/run');
  });

  test('shows a preview although the address of a machine is not known yet', async () => {
    const machines: EnginePart = {
      create: (registration) =>
        registration.type === 'test:index:Machine'
          ? Promise.resolve({ id: registration.name, state: {} })
          : answeringHosts(true).create(registration),
    };
    const withMachine = (folder: string) => () => {
      const { address } = new Machine('alfa', { address: undefined });
      return run(program, { folder, late: { 'alfa-ip': address } });
    };
    const { resources, order } = await withFolder({}, (folder) =>
      ran({ stack: 'rented', preview: true, secretConfig: SECRETS, program: withMachine(folder) }, machines),
    );
    expect(order[0]).toBe('alfa');
    expect(plain(resources.get('alfa/prepare')?.inputs['connection'])).toEqual({ __pulumiUnknown: true });
  });

  test('shows the plan in a preview, and what stops hosts as warnings', async () => {
    const { order } = await stack('staging', { preview: true, lock: false });
    expect(order).toContain('alfa/run');
    expect(told.join('\n')).toMatch(/warning: .*the lock file has no checksum/);
    expect(told.join('\n')).toContain('Order of work');
  });

  test('fails outside of a preview while something stops hosts', async () => {
    await expect(stack('staging', { lock: false })).rejects.toThrow(
      /^staging cannot be provisioned yet:\n {2}.*run k3stack lock/,
    );
  });

  test('applies nothing when it is told so, by the configuration before the program', async () => {
    const { order } = await stack(
      'staging',
      { config: { 'k3stack:workloads': 'none' } },
      { workloads: 'pulumi' },
    );
    expect(order.at(-1)).toBe('k3s/kubeconfig');
    await expect(stack('staging', { config: { 'k3stack:workloads': 'argocd' } })).rejects.toThrow(
      'k3stack:workloads must be pulumi, none or git:FOLDER, got "argocd"',
    );
  });

  test('shows no secret in what it says or registers', async () => {
    const { resources } = await stack('staging');
    const open = [...resources.values()].flatMap(({ inputs }) => openTexts(inputs));
    expect([...open, ...told].filter((text) => text.includes('canary'))).toEqual([]);
  });

  test('writes the objects for Git in up only, and takes away what is no longer part of the program', () =>
    withFolder({}, async (git) => {
      const list = (): string[] => readdirSync(git, { recursive: true, encoding: 'utf8' }).sort();
      await stack('staging', { preview: true }, { workloads: { git } });
      expect(list()).toEqual([]);
      expect(told.join('\n')).toContain(
        'to be written: staging/k3s/00-namespaces.yaml, staging/k3s/secrets.md',
      );
      const { order } = await stack('staging', {}, { workloads: { git } });
      expect(order.at(-1)).toBe('k3s/kubeconfig');
      expect(list()).toEqual([
        '.k3stack',
        'staging',
        'staging/k3s',
        'staging/k3s/00-namespaces.yaml',
        'staging/k3s/secrets.md',
      ]);
      expect(readFileSync(join(git, 'staging/k3s/secrets.md'), 'utf8')).toContain(
        '| shop | database | password |',
      );
      writeFileSync(join(git, 'README.md'), 'mine');
      await stack('laptop', { secretConfig: { 'project:database': 'x' } }, { workloads: { git } });
      expect(existsSync(join(git, 'staging'))).toBe(false);
      expect(list()).toContain('README.md');
    }));
});

/** What a cloud rents; its address is known when it is there. */
class Machine extends pulumi.CustomResource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs) {
    super('test:index:Machine', name, inputs);
  }
}

interface StackRun {
  readonly preview?: boolean;
  readonly config?: Readonly<Record<string, string>>;
  readonly secretConfig?: Readonly<Record<string, string>>;
  readonly lock?: boolean;
}

function stack(name: string, options: StackRun = {}, runOptions: RunOptions = {}): Promise<Ran> {
  const { preview = false, config = {}, secretConfig = SECRETS, lock = true } = options;
  return withFolder(lock ? { [LOCK_FILE]: LOCK } : {}, (folder) =>
    ran({
      stack: name,
      preview,
      config,
      secretConfig,
      program: () => run(program, { folder, operatorSide: recordingSide([]), ...runOptions }),
    }),
  );
}
