import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { K3sCluster, late, secret, secretHole, type Environment, type K3sClusterProps } from 'k3stack';
import { Host, K3sClusterStack, type HostAccess } from '../../stacks/pulumi';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { plain, type Registration } from '../support/pulumi-monitor';
import {
  answeringHosts,
  openTexts,
  provisionable,
  ran,
  recordingSide,
  type Ran,
} from '../support/pulumi-program';

const base: K3sClusterProps = {
  version: 'v1.34.1+k3s1',
  servers: { alfa: address(11), bravo: address(12), charlie: address(13) },
  agents: { delta: address(14), echo: address(15) },
  upgrade: { maxUnavailable: 1 },
};

const SECRETS = ['k3s-server-token', 'k3s-agent-token'];

// Each test runs a program or two, resource by resource.
jest.setTimeout(60_000);

describe('the stack of a cluster', () => {
  beforeEach(() => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  test('has one resource for each step, under names that never change', async () => {
    const { monitor } = await stack(base);
    expect(monitor.registrations.map(({ urn }) => urn.split('::').slice(2).join('::')).sort())
      .toMatchInlineSnapshot(`
     [
       "k3stack:index:K3sCluster$command:remote:Command::k3s/agents/gate-1",
       "k3stack:index:K3sCluster$command:remote:Command::k3s/agents/gate-2",
       "k3stack:index:K3sCluster$command:remote:Command::k3s/bootstrap",
       "k3stack:index:K3sCluster$command:remote:Command::k3s/credentials",
       "k3stack:index:K3sCluster$command:remote:Command::k3s/kubeconfig",
       "k3stack:index:K3sCluster$command:remote:Command::k3s/nodes",
       "k3stack:index:K3sCluster$command:remote:Command::k3s/retire",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::alfa/prepare",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::alfa/run",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::bravo/prepare",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::bravo/run",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::charlie/prepare",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::charlie/run",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::delta/join",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::delta/prepare",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::delta/roll",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::echo/join",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::echo/prepare",
       "k3stack:index:K3sCluster$k3stack:index:Host$command:remote:Command::echo/roll",
       "k3stack:index:K3sCluster$k3stack:index:Host::alfa",
       "k3stack:index:K3sCluster$k3stack:index:Host::bravo",
       "k3stack:index:K3sCluster$k3stack:index:Host::charlie",
       "k3stack:index:K3sCluster$k3stack:index:Host::delta",
       "k3stack:index:K3sCluster$k3stack:index:Host::echo",
       "k3stack:index:K3sCluster::k3s",
       "pulumi:pulumi:Stack::project-stack",
     ]
    `);
  });

  test('waits for exactly what the graph says', async () => {
    const synthesis = of(base);
    const { resources, order } = await stack(base);
    const name = (urn: string): string => urn.split('::')[3] ?? '';
    for (const step of synthesis.graph.steps.filter(({ script }) => script !== undefined)) {
      const waitsFor = resource(resources, step.id).dependencies.map(name);
      // The cluster's CA hash, and what steps tell kubeconfig, are outputs that the input of a step is made of.
      const told = ['k3s/bootstrap', ...(step.kind === 'kubeconfig' ? ['alfa/run'] : [])];
      expect(waitsFor.filter((id) => step.after.includes(id) || !told.includes(id)).sort()).toEqual(
        [...step.after].sort(),
      );
      for (const before of step.after) expect(order.indexOf(before)).toBeLessThan(order.indexOf(step.id));
    }
  });

  test('says what each step does in the command, and nothing else', async () => {
    const { resources } = await stack(base);
    const command = (id: string, operation: string): string =>
      ((resource(resources, id).inputs[operation] ?? '-') as string).split('\n')[0] ?? '';
    expect(
      [
        'alfa/prepare',
        'k3s/bootstrap',
        'alfa/run',
        'delta/join',
        'delta/roll',
        'k3s/nodes',
        'k3s/kubeconfig',
      ].map((id) => [
        command(id, 'create'),
        ...['update', 'delete'].map((operation) => (command(id, operation) === '-' ? '-' : operation)),
      ]),
    ).toMatchInlineSnapshot(`
     [
       [
         "# stage K3s v1.34.1+k3s1 and the files of server alfa, and activate nothing",
         "update",
         "-",
       ],
       [
         "# adopt the one cluster that the servers of k3s know, else initialise it",
         "-",
         "-",
       ],
       [
         "# run K3s v1.34.1+k3s1 on server alfa",
         "update",
         "delete",
       ],
       [
         "# join agent delta",
         "update",
         "delete",
       ],
       [
         "# run K3s v1.34.1+k3s1 on agent delta",
         "update",
         "-",
       ],
       [
         "# set labels, taints and annotations of the nodes of k3s",
         "update",
         "delete",
       ],
       [
         "# read the kubeconfig of k3s",
         "update",
         "-",
       ],
     ]
    `);
  });

  test('gives the engine what each kind of step needs', async () => {
    const { resources } = await stack(base);
    const options = [
      'alfa/prepare',
      'k3s/bootstrap',
      'k3s/credentials',
      'alfa/run',
      'k3s/nodes',
      'k3s/kubeconfig',
    ].map((id) => {
      const { ignoreChanges, deleteBeforeReplace, additionalSecretOutputs, inputs } = resource(resources, id);
      return {
        id,
        ignores: ignoreChanges.length > 0,
        deleteBeforeReplace,
        additionalSecretOutputs,
        logging: inputs['logging'],
        previous: inputs['addPreviousOutputInEnv'],
      };
    });
    expect(options).toMatchInlineSnapshot(`
     [
       {
         "additionalSecretOutputs": [
           "connection",
         ],
         "deleteBeforeReplace": false,
         "id": "alfa/prepare",
         "ignores": false,
         "logging": "stderr",
         "previous": false,
       },
       {
         "additionalSecretOutputs": [
           "connection",
         ],
         "deleteBeforeReplace": false,
         "id": "k3s/bootstrap",
         "ignores": true,
         "logging": "stderr",
         "previous": false,
       },
       {
         "additionalSecretOutputs": [
           "stdout",
           "stderr",
           "connection",
         ],
         "deleteBeforeReplace": false,
         "id": "k3s/credentials",
         "ignores": false,
         "logging": "none",
         "previous": false,
       },
       {
         "additionalSecretOutputs": [
           "connection",
         ],
         "deleteBeforeReplace": true,
         "id": "alfa/run",
         "ignores": false,
         "logging": "stderr",
         "previous": false,
       },
       {
         "additionalSecretOutputs": [
           "connection",
         ],
         "deleteBeforeReplace": true,
         "id": "k3s/nodes",
         "ignores": false,
         "logging": "stderr",
         "previous": false,
       },
       {
         "additionalSecretOutputs": [
           "stdout",
           "stderr",
           "connection",
         ],
         "deleteBeforeReplace": false,
         "id": "k3s/kubeconfig",
         "ignores": false,
         "logging": "none",
         "previous": false,
       },
     ]
    `);
    const bootstrap = resource(resources, 'k3s/bootstrap');
    expect(bootstrap.ignoreChanges).toEqual(expect.arrayContaining(Object.keys(bootstrap.inputs)));
    expect(
      [...resources.values()].some(({ inputs }) => 'triggers' in inputs || 'environment' in inputs),
    ).toBe(false);
  });

  test('connects as the rest of this package does, with pinned keys', async () => {
    const props: K3sClusterProps = {
      version: 'v1.34.1+k3s1',
      servers: {
        alfa: {
          nodeIp: '10.0.1.11',
          ssh: { host: '192.0.2.1', port: 2222, user: 'ops', bastion: { host: '192.0.2.9' } },
        },
      },
    };
    const { resources } = await stack(props, {
      access: { privateKey: 'canary-key', passphrase: 'canary-phrase' },
    });
    expect(plain(resource(resources, 'alfa/prepare').inputs['connection'])).toEqual({
      host: '192.0.2.1',
      port: 2222,
      user: 'ops',
      hostKey: expect.stringMatching(/^ssh-ed25519 /),
      privateKey: 'canary-key',
      privateKeyPassword: 'canary-phrase',
      dialErrorLimit: 10,
      perDialTimeout: 15,
      proxy: {
        host: '192.0.2.9',
        port: 22,
        user: 'ops',
        hostKey: expect.stringMatching(/^ssh-ed25519 /),
        privateKey: 'canary-key',
        privateKeyPassword: 'canary-phrase',
        dialErrorLimit: 10,
        perDialTimeout: 15,
      },
    });
  });

  test('runs a host that is the operator’s own machine without SSH', async () => {
    const { resources } = await stack({
      version: 'v1.34.1+k3s1',
      servers: { alfa: { local: true, nodeIp: '10.0.1.11' } },
    });
    expect(resource(resources, 'alfa/prepare')).toMatchObject({ type: 'command:local:Command' });
  });

  test('shows no secret but in what is marked as one', async () => {
    const { resources } = await stack(base, {
      access: { privateKey: 'canary-key', sudoPassword: 'canary-sudo' },
    });
    const all = [...resources.values()];
    expect(all.flatMap(({ inputs }) => openTexts(inputs)).filter((text) => text.includes('canary'))).toEqual(
      [],
    );
    expect(input(resources, 'k3s/credentials')).toContain(`IN_SERVER_TOKEN='canary-k3s-server-token'`);
    expect(input(resources, 'alfa/prepare').split('\n')[0]).toBe('canary-sudo');
    const digest = /IN_DIGEST='([0-9a-f]{64})'/.exec(input(resources, 'alfa/run'))?.[1] ?? 'none';
    expect(all.flatMap(({ inputs }) => openTexts(inputs)).filter((text) => text.includes(digest))).toEqual(
      [],
    );
  });

  test('tells every step of a host its digest, and those that start K3s which cluster it is', async () => {
    const { resources } = await stack(base);
    const digest = /IN_DIGEST='([0-9a-f]{64})'/.exec(input(resources, 'delta/prepare'))?.[1];
    expect(digest).toBeDefined();
    for (const id of ['delta/join', 'delta/roll'])
      expect(input(resources, id)).toMatch(new RegExp(`IN_DIGEST='${digest}'[^]*IN_CA_HASH='c0ffee'`));
    expect(input(resources, 'k3s/agents/gate-1')).toContain(`record 'agent' 'delta' '${digest}'`);
    expect(
      [...resources.keys()]
        .filter((id) => id.includes('/') && !id.startsWith('urn:'))
        .map((id) => input(resources, id))
        .every((text) => text.includes("IN_OWNER='production/k3s'") && text.endsWith('end\n')),
    ).toBe(true);
  });

  test('reads the kubeconfig again when its server has another certificate, and no cluster of an older release', async () => {
    const kubeconfig = async (told: Readonly<Record<string, string>>): Promise<string> =>
      input(
        (await telling({ 'alfa/run': told, 'bravo/run': { adminCertificate: 'other' } })).resources,
        'k3s/kubeconfig',
      );
    const before = await kubeconfig({});
    expect(before).not.toContain('told');
    expect(await kubeconfig({ adminCertificate: 'one' })).toBe(
      before.replace(/end\n$/, "record 'told' 'alfa' 'adminCertificate' 'one'\nend\n"),
    );
  });

  test('runs nodes again after a node was restarted where there is an upgrade.gate, and only there', async () => {
    const reports = { 'alfa/run': { restarted: 'noon' }, 'delta/roll': { restarted: 'one' } };
    const nodes = async (gate: { readonly gate?: string }): Promise<string> =>
      input(
        (await telling(reports, { ...base, upgrade: { maxUnavailable: 1, ...gate } })).resources,
        'k3s/nodes',
      );
    expect(await nodes({})).not.toContain('told');
    expect((await nodes({ gate: 'true' })).match(/^record 'told'.*$/gm)).toEqual([
      "record 'told' 'alfa' 'restarted' 'noon'",
      "record 'told' 'delta' 'restarted' 'one'",
    ]);
  });

  test('asks the operator’s machine before each operation, through two hooks for all', async () => {
    const calls: string[] = [];
    const { monitor, order } = await stack(base, {
      access: { privateKey: 'canary-key' },
      calls,
      hooks: true,
    });
    expect(monitor.hookNames).toEqual([
      'k3stack:production/k3s:before-create',
      'k3stack:production/k3s:before-update',
    ]);
    expect(calls[0]).toContain('"text":"canary-key"');
    expect(calls.slice(1, -1).sort()).toEqual(order.map((id) => `create ${id}`).sort());
    expect(calls.at(-1)).toBe('close');
  });

  test('fails the operation that a hook refuses, with its reason', async () => {
    const fail = (): never => {
      throw new Error('alfa is a Windows machine');
    };
    await expect(stack(base, { fail, hooks: true })).rejects.toThrow('alfa is a Windows machine');
  });

  test('gives kubeconfig, endpoint, nodes, CA hash and backups', async () => {
    const { outputs } = await stack(base);
    expect(outputs).toMatchInlineSnapshot(`
     {
       "backups": [],
       "caHash": "c0ffee",
       "endpoint": "https://10.0.1.11:6443",
       "kubeconfig": "apiVersion: v1 # canary-kubeconfig",
       "nodes": [
         "alfa",
         "bravo",
         "charlie",
         "delta",
         "echo",
       ],
     }
    `);
  });

  test('shows a first preview although nothing that hosts report is known', async () => {
    const synthesis = of(base);
    const { resources } = await ran(
      { program: () => void new K3sClusterStack('k3s', { ...args(synthesis) }), preview: true },
      answeringHosts(true),
    );
    expect(plain(resource(resources, 'alfa/run').inputs['stdin'])).toEqual({ __pulumiUnknown: true });
    expect(input(resources, 'alfa/prepare')).toContain('IN_STEP');
  });
});

describe('a change', () => {
  beforeEach(() => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  test('that is none runs nothing', async () => {
    expect(await changes(base, base)).toEqual([]);
  });

  test('that adds an agent runs its own steps and the coordinator’s only', async () => {
    const more = { ...base, agents: { ...base.agents, foxtrot: address(16) } };
    expect(await changes(base, more)).toMatchInlineSnapshot(`
     [
       "+ foxtrot/join",
       "+ foxtrot/prepare",
       "+ foxtrot/roll",
       "+ k3s/agents/gate-3",
       "~ k3s/nodes",
       "~ k3s/retire",
     ]
    `);
  });

  test('of a label is staged for the day the node is made anew, and set live by nodes', async () => {
    expect(
      await changes(base, {
        ...base,
        agents: { ...base.agents, delta: { ...address(14), labels: { disk: 'ssd' } } },
      }),
    ).toMatchInlineSnapshot(`
     [
       "~ delta/join",
       "~ delta/prepare",
       "~ delta/roll",
       "~ k3s/agents/gate-1",
       "~ k3s/nodes",
     ]
    `);
  });

  test('of registries.yaml runs what stages and activates it, and makes room before', async () => {
    expect(
      await changes(base, {
        ...base,
        registries: { mirrors: { 'docker.io': { endpoints: ['http://10.0.1.99'] } } },
      }),
    ).toMatchInlineSnapshot(`
     [
       "~ alfa/prepare",
       "~ alfa/run",
       "~ bravo/prepare",
       "~ bravo/run",
       "~ charlie/prepare",
       "~ charlie/run",
       "~ delta/join",
       "~ delta/prepare",
       "~ delta/roll",
       "~ echo/join",
       "~ echo/prepare",
       "~ echo/roll",
       "~ k3s/agents/gate-1",
       "~ k3s/agents/gate-2",
     ]
    `);
  });

  test('of a late value runs the steps of its host only', async () => {
    const props = (): K3sClusterProps => ({
      ...base,
      agents: { delta: { ssh: { host: late('delta-ip', { example: '10.0.1.14' }) }, nodeIp: '10.0.1.14' } },
    });
    expect(await changes(props(), props(), { 'delta-ip': '192.0.2.1' }, { 'delta-ip': '192.0.2.2' }))
      .toMatchInlineSnapshot(`
     [
       "~ delta/join",
       "~ delta/prepare",
       "~ delta/roll",
     ]
    `);
  });
});

describe('a host alone', () => {
  test('is prepared, and nothing else', async () => {
    const synthesis = of(base);
    const { resources } = await ran({ program: () => void new Host('alfa', args(synthesis)) });
    expect([...resources.keys()].filter((name) => !name.startsWith('urn:'))).toEqual([
      'project-stack',
      'alfa',
      'alfa/prepare',
    ]);
  });

  test('fails when the synthesis has no such host, naming the one that was meant', async () => {
    const synthesis = of(base);
    await expect(ran({ program: () => void new Host('alpha', args(synthesis)) })).rejects.toThrow(
      `production has no host "alpha"; did you mean 'alfa'?`,
    );
  });
});

interface StackOptions {
  readonly access?: HostAccess;
  readonly calls?: string[];
  readonly fail?: (step: string) => void;
  readonly late?: Readonly<Record<string, string>>;
  readonly hooks?: boolean;
}

function stack(props: K3sClusterProps, options: StackOptions = {}): Promise<Ran> {
  const synthesis = of(props);
  return ran({
    hooks: options.hooks ?? false,
    program: () => {
      const { kubeconfig, endpoint, nodes, caHash, backups } = new K3sClusterStack(
        'k3s',
        args(synthesis, options),
      );
      return { kubeconfig, endpoint, nodes, caHash, backups };
    },
  });
}

/** The stack, with what its steps tell beside the usual. */
function telling(
  reports: Readonly<Record<string, Readonly<Record<string, string>>>>,
  props: K3sClusterProps = base,
): Promise<Ran> {
  const usual = answeringHosts();
  return ran(
    { program: () => void new K3sClusterStack('k3s', args(of(props))) },
    {
      create: async (registration) => {
        const { id, state } = await usual.create(registration);
        const report = reports[registration.name];
        if (report === undefined) return { id, state };
        return { id, state: { ...state, stdout: JSON.stringify({ k3stack: 1, ...report }) } };
      },
    },
  );
}

function args(synthesis: Synthesis, { access = {}, calls = [], fail, late: values = {} }: StackOptions = {}) {
  return {
    synthesis,
    access,
    secrets: Object.fromEntries(SECRETS.map((name) => [name, pulumi.secret(`canary-${name}`)])),
    late: values,
    operatorSide: recordingSide(calls, fail),
  };
}

function of(props: K3sClusterProps): Synthesis {
  return provisionable((env: Environment) => {
    const cluster = new K3sCluster(env, 'k3s', props);
    cluster
      .server('alfa')
      .addFile('/etc/backup/password', { content: secretHole(secret('k3s-agent-token')), mode: '0600' });
  });
}

/** Steps that an engine would run to get from one program to another: `+` create, `~` update, `-` delete. */
async function changes(
  before: K3sClusterProps,
  after: K3sClusterProps,
  lateBefore: Readonly<Record<string, string>> = {},
  lateAfter: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const old = custom(await stack(before, { late: lateBefore }));
  const now = custom(await stack(after, { late: lateAfter }));
  return [
    ...[...now.keys()].filter((urn) => !old.has(urn)).map((urn) => `+ ${name(urn)}`),
    ...[...now]
      .filter(([urn, entry]) => old.has(urn) && compared(entry) !== compared(old.get(urn) as Registration))
      .map(([urn]) => `~ ${name(urn)}`),
    ...[...old.keys()].filter((urn) => !now.has(urn)).map((urn) => `- ${name(urn)}`),
  ].sort();
}

function compared({ inputs, ignoreChanges }: Registration): string {
  return JSON.stringify(Object.entries(inputs).filter(([key]) => !ignoreChanges.includes(key)));
}

function custom({ monitor }: Ran): Map<string, Registration> {
  return new Map(monitor.registrations.filter((entry) => entry.custom).map((entry) => [entry.urn, entry]));
}

function name(urn: string): string {
  return urn.split('::')[3] ?? '';
}

function resource(resources: Ran['resources'], id: string): Registration {
  const found = resources.get(id);
  if (found === undefined) throw new Error(`no resource ${id} among ${[...resources.keys()].join(', ')}`);
  return found;
}

function input(resources: Ran['resources'], id: string): string {
  return String(plain(resource(resources, id).inputs['stdin']));
}

function address(last: number) {
  return { nodeIp: `10.0.1.${last}`, ssh: { host: `10.0.1.${last}`, user: 'ops' } };
}
