import { join } from 'node:path';
import { LabError, runTool } from '../run-tool';
import type { LabHost } from '../host';
import type { Fault } from './fault';

/** How slow a link is, each way. */
export type SlowLink = {
  /** Milliseconds that each packet is held back. @default 0 */
  readonly delay?: number;

  /** Kilobits per second. @default - as fast as it goes */
  readonly rate?: number;

  /** Percent of packets that are lost. @default 0 */
  readonly loss?: number;
};

/**
 * The link is slow, narrow or loses packets, both ways. By netem where the kernel has it; where it has not, a relay of frames stands in
 * for it, which loses the same packets in each run.
 */
export const slowLink: Fault<SlowLink> = {
  summary: 'the link is slow, narrow or loses packets, each way: milliseconds, kilobits per second, percent',
  example: { delay: 100, rate: 1000, loss: 1 },
  where: 'network',
  apply: async (host, options) => {
    const { delay = 0, rate = 0, loss = 0 } = options;
    const bad = Object.entries({ delay, rate, loss }).find(([, value]) => !(Number(value) >= 0));
    if (bad) throw new LabError(`${bad[0]} must be a number from 0, got '${bad[1]}'`);
    const script = (await hasNetem(host)) ? netem(host, delay, rate, loss) : relay(host, delay, rate, loss);
    await host.cable.lay('slow-link', script);
  },
  undo: (host) => host.cable.remove('slow-link', undo(host)),
};

/** Whether the kernel itself can slow a link; without it a relay does. */
export async function hasNetem(host: LabHost): Promise<boolean> {
  const { namespace } = host.network;
  const tc = ['netns', 'exec', namespace, 'tc', 'qdisc'];
  const { code } = await runTool('ip', [...tc, 'add', 'dev', 'lo', 'root', 'netem', 'delay', '0ms']);
  if (code === 0) await runTool('ip', [...tc, 'delete', 'dev', 'lo', 'root']);
  return code === 0;
}

function netem(host: LabHost, delay: number, rate: number, loss: number): string {
  const settings = [`delay ${delay}ms`, `loss ${loss}%`, ...(rate > 0 ? [`rate ${rate}kbit`] : [])].join(' ');
  return [
    `ip netns exec ${host.network.namespace} tc qdisc replace dev ${host.switchPort} root netem ${settings}`,
    `ip netns exec ${host.namespace} tc qdisc replace dev host0 root netem ${settings}`,
  ].join('\n');
}

/** The host's end of the link goes to a bridge of its own; the relay takes its place at the switch, under its name. */
function relay(host: LabHost, delay: number, rate: number, loss: number): string {
  const ip = (...args: string[]) => host.cable.command(...args);
  const { switchPort: port } = host;
  const [cable, bridge, near] = sideNames(port);
  const program = join(__dirname, 'relay.pl');
  return [
    `if ! ${ip('link', 'show', cable)} >/dev/null 2>&1; then`,
    ip('link', 'set', port, 'down'),
    ip('link', 'set', port, 'nomaster', 'name', cable),
    ip('link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0'),
    ip('link', 'set', bridge, 'up'),
    ip('link', 'set', cable, 'master', bridge, 'up'),
    'fi',
    // A relay with other numbers may still be at work; it ends with its interfaces.
    `${ip('link', 'delete', port)} 2>/dev/null || true`,
    `setsid ip netns exec ${host.network.namespace} perl ${program} ${near} ${port} ${delay} ${rate} ${loss} </dev/null >/dev/null 2>&1 &`,
    `until ${ip('link', 'show', port)} >/dev/null 2>&1; do sleep 0.02; done`,
    ip('link', 'set', near, 'master', bridge, 'up'),
    ip('link', 'set', port, 'master', 'switch', 'up'),
  ].join('\n');
}

function undo(host: LabHost): string {
  const ip = (...args: string[]) => host.cable.command(...args);
  const { switchPort: port } = host;
  const [cable, bridge] = sideNames(port);
  return [
    `if ${ip('link', 'show', cable)} >/dev/null 2>&1; then`,
    ip('link', 'delete', port),
    ip('link', 'delete', bridge),
    ip('link', 'set', cable, 'down'),
    ip('link', 'set', cable, 'name', port),
    ip('link', 'set', port, 'master', 'switch', 'up'),
    'else',
    `ip netns exec ${host.network.namespace} tc qdisc delete dev ${port} root || true`,
    `ip netns exec ${host.namespace} tc qdisc delete dev host0 root || true`,
    'fi',
  ].join('\n');
}

function sideNames(port: string): [cable: string, bridge: string, near: string] {
  return [`cable-${port}`, `side-${port}`, `near-${port}`];
}
