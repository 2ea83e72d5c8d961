import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { environments, K3sCluster } from '../constructs';
import { run } from '../stacks/pulumi';
import { MonitorRun } from '../test/support/pulumi-monitor';

/**
 * Registers the resources of many hosts in a preview, through the SDK's official mocks: `preview-child ours|bare COUNT`. `bare` makes as many Commands, one
 * waiting for the other by twos, with a parent for each host. Prints CPU seconds, the peak of memory in MiB and the number of resources as JSON.
 */
const [kind, text] = process.argv.slice(2);
const count = Number(text);
let resources = 0;

async function main(): Promise<void> {
  const monitor = new MonitorRun({
    create: ({ name, inputs }) => {
      resources++;
      return Promise.resolve({ id: name, state: inputs });
    },
  });
  const before = process.cpuUsage();
  await monitor.run({
    program: kind === 'ours' ? ours : bare,
    project: 'bench',
    stack: 'site',
    preview: true,
    config: { 'k3stack:workloads': 'none' },
    secretConfig: {
      'bench:k3s-server-token': 'a',
      'bench:k3s-agent-token': 'b',
      'k3stack:sshPrivateKey': 'c',
    },
  });
  const { user, system } = process.cpuUsage(before);
  const memory = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`\n${JSON.stringify({ cpu: (user + system) / 1e6, memory, resources })}`);
}

function ours(): unknown {
  const agents = Object.fromEntries(
    Array.from({ length: count - 3 }, (_, index) => [
      `agent-${index}`,
      { nodeIp: `10.1.${index >> 8}.${index & 255}` },
    ]),
  );
  const servers = Object.fromEntries(
    ['alfa', 'bravo', 'charlie'].map((name, index) => [name, { nodeIp: `10.0.0.${index + 1}` }]),
  );
  const program = environments({ site: {} }, (env) => {
    new K3sCluster(env, 'k3s', {
      version: 'v1.34.1+k3s1',
      servers,
      agents,
      upgrade: { maxUnavailable: '10%' },
      network: { clusterCidr: ['10.64.0.0/12'] },
    });
  });
  return run(program);
}

function bare(): void {
  const connection = { host: '10.0.0.1', user: 'root', privateKey: pulumi.secret('c') };
  for (let host = 0; host < count; host++) {
    const parent = new pulumi.ComponentResource('bench:index:Host', `host-${host}`);
    let previous: pulumi.Resource | undefined;
    for (const step of ['prepare', 'join', 'roll']) {
      const dependsOn = previous === undefined ? [] : [previous];
      previous = new command.remote.Command(
        `host-${host}/${step}`,
        { connection, create: 'true', update: 'true', stdin: pulumi.secret('x'.repeat(2000)) },
        { parent, dependsOn },
      );
    }
  }
}

void main();
