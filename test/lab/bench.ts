import { report, type Line } from '../../bench/budget';
import type { Graph } from '../../lib/synthesis/graph';
import { longestChain } from './world/critical-path';
import type { RunReport } from './world/lab-stack';
import { World } from './world/world';

const SERVERS = ['alfa', 'bravo', 'charlie'];
const AGENTS = ['delta', 'echo', 'foxtrot'];
const HOSTS = [...SERVERS, ...AGENTS];

/** Provisioning of three servers and three agents: against its critical path, against a plain loop over the same scripts, and by connections. */
export async function benchLab(): Promise<boolean> {
  const world = await World.start({ hosts: HOSTS });
  try {
    world.declare({ servers: SERVERS, agents: AGENTS });
    const before = await connections(world);
    const together = await world.up();
    const opened = (await connections(world)) - before;
    await world.destroy();
    const loop = await world.up({ parallel: 1 });
    await world.destroy();
    const graph = world.synthesis()?.graph ?? { steps: [], waves: [] };
    const lines = [
      againstPath(together, graph),
      againstLoop(together, loop),
      ofConnections(together, opened),
    ];
    process.stdout.write(`${world.stack.engine}\n`);
    return lines.map(report).every(Boolean);
  } finally {
    await world.stop();
  }
}

function againstPath(together: RunReport, graph: Graph): Line {
  const { seconds, text } = longestChain(together, graph);
  return {
    what: 'installation of 3 servers and 3 agents, wall time against its longest chain of dependent steps',
    ratio: together.seconds / seconds,
    atMost: 1.25,
    figures: `${shown(together.seconds)} against ${shown(seconds)}: ${text}`,
  };
}

function againstLoop(together: RunReport, loop: RunReport): Line {
  return {
    what: 'the same against a loop that runs the same steps one after another',
    ratio: together.seconds / loop.seconds,
    atMost: 1,
    figures: `${shown(together.seconds)} against ${shown(loop.seconds)}`,
  };
}

function ofConnections({ operations }: RunReport, opened: number): Line {
  return {
    what: 'SSH connections, against one for each step and one for each host',
    ratio: opened / (operations.length + HOSTS.length),
    atMost: 1,
    figures: `${opened} connections, ${operations.length} steps, ${HOSTS.length} hosts`,
  };
}

/** How many logins the SSH servers of all hosts have written down. */
async function connections(world: World): Promise<number> {
  const counts = await Promise.all(
    HOSTS.map(async (name) => {
      const { stdout } = await world
        .host(name)
        .exec("journalctl -q -o cat -t sshd -t sshd-session | grep -c '^Accepted ' || true");
      return Number(stdout);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function shown(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
