import { type Subnet, takeSubnet } from './subnet';
import { runTool, tool } from './run-tool';

/**
 * The switch that a lab's hosts and this machine are plugged into: a bridge in a network namespace of its own. It is also the
 * hosts' gateway, and has no way to the outside, whatever this machine forwards.
 */
export class Switch {
  private constructor(
    /** Its network namespace. */
    readonly namespace: string,
    readonly subnet: Subnet,
  ) {}

  /** Makes the switch of a lab, in a subnet that nothing uses. */
  static async create(lab: string, octet?: number): Promise<Switch> {
    const namespace = switchNamespace(lab);
    await tool('ip', ['netns', 'add', namespace]);
    const made = new Switch(namespace, await takeSubnet(namespace, octet));
    await made.plugIn();
    await made.refuseOutbound();
    return made;
  }

  /** The switch of a lab that is up. */
  static of(lab: string, subnet: Subnet): Switch {
    return new Switch(switchNamespace(lab), subnet);
  }

  /** Runs a program inside of the switch. */
  run(command: string, args: readonly string[]): Promise<string> {
    return tool('ip', ['netns', 'exec', this.namespace, command, ...args]);
  }

  /** Stops all frames between two ports, in both directions. */
  async separate(one: string, other: string): Promise<void> {
    for (const rule of separation(one, other)) await this.run('ebtables', ['-A', 'FORWARD', ...rule]);
  }

  /** Undoes `separate`. */
  async join(one: string, other: string): Promise<void> {
    for (const rule of separation(one, other)) {
      await runTool('ip', ['netns', 'exec', this.namespace, 'ebtables', '-D', 'FORWARD', ...rule]);
    }
  }

  /** How many packets hosts have sent to the outside, and how many to find a name there. None got any further. */
  async outboundPackets(): Promise<OutboundPackets> {
    const list = (table: string) => this.run('ebtables', ['-t', table, '-L', '--Lc']);
    const tables = `${await list('nat')}\n${await list('filter')}`;
    const count = (chain: string) => {
      const rules = new RegExp(`chain: ${chain},.*\\n((?:.+\\n)*)`).exec(tables)?.[1] ?? '';
      return Number(/-j (?:DROP|ACCEPT) , pcnt = (\d+)/.exec(rules)?.[1] ?? 0);
    };
    return { packets: count('OUTBOUND') + count('OUTBOUND6'), lookups: count('LOOKUP') };
  }

  private async plugIn(): Promise<void> {
    const { subnet, namespace } = this;
    await tool('ip', ['-n', namespace, '-batch', '-'], {
      input: [
        'link set lo up',
        'link add switch type bridge forward_delay 0',
        'link set switch up',
        `address add ${subnet.gateway}/24 dev switch`,
        'link set operator master switch up',
        '',
      ].join('\n'),
    });
    await tool('ip', ['-batch', '-'], {
      input: `link set ${subnet.operatorInterface} alias ${namespace} up\naddress add ${subnet.operator}/24 dev ${subnet.operatorInterface}\n`,
    });
    // Rules about frames are ebtables' alone: a kernel that shows them to iptables too would apply two sets.
    const off =
      'for file in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$file" ] || echo 0 >"$file"; done';
    await this.run('sh', ['-c', `${off}; echo 0 >/proc/sys/net/ipv4/ip_forward`]);
  }

  /** Frames between hosts may carry any address, as those of pods do; what goes to the gateway or the operator may not. */
  private async refuseOutbound(): Promise<void> {
    const { subnet } = this;
    const fromHosts = ['-A', 'PREROUTING', '-i', '!', OPERATOR_PORT];
    const toHosts = ['-d', `${HOST_MAC}/ff:ff:ff:00:00:00`, '-j', 'RETURN'];
    const lookup = [
      '-A',
      'INPUT',
      '-p',
      'IPv4',
      '--ip-dst',
      subnet.gateway,
      '--ip-dport',
      '53',
      '--ip-proto',
    ];
    const outbound = [
      ['-N', 'OUTBOUND', '-P', 'RETURN'],
      ['-N', 'OUTBOUND6', '-P', 'RETURN'],
      [...fromHosts, '-p', 'IPv4', '--ip-dst', '!', subnet.cidr, '-j', 'OUTBOUND'],
      [...fromHosts, '-p', 'IPv6', '-j', 'OUTBOUND6'],
      ['-A', 'OUTBOUND', '-p', 'IPv4', '--ip-dst', '224.0.0.0/4', '-j', 'RETURN'],
      ['-A', 'OUTBOUND', '-p', 'IPv4', '--ip-dst', '255.255.255.255', '-j', 'RETURN'],
      ['-A', 'OUTBOUND', ...toHosts],
      ['-A', 'OUTBOUND', '-j', 'DROP'],
      ['-A', 'OUTBOUND6', '-p', 'IPv6', '--ip6-dst', 'fe80::/10', '-j', 'RETURN'],
      ['-A', 'OUTBOUND6', '-p', 'IPv6', '--ip6-dst', 'ff00::/8', '-j', 'RETURN'],
      ['-A', 'OUTBOUND6', ...toHosts],
      ['-A', 'OUTBOUND6', '-j', 'DROP'],
    ];
    // The gateway refuses a lookup at once, so that who asks does not wait.
    const lookups = [
      ['-N', 'LOOKUP', '-P', 'RETURN'],
      ['-A', 'LOOKUP', '-j', 'ACCEPT'],
      ...['udp', 'tcp'].map((protocol) => [...lookup, protocol, '-j', 'LOOKUP']),
    ];
    for (const rule of outbound) await this.run('ebtables', ['-t', 'nat', ...rule]);
    for (const rule of lookups) await this.run('ebtables', ['-t', 'filter', ...rule]);
  }
}

/** What hosts tried to send to the outside. */
export interface OutboundPackets {
  /** Packets to an address outside of the lab. */
  readonly packets: number;

  /** Questions for a name, which the hosts' resolver sends to the gateway. */
  readonly lookups: number;
}

/** The network namespace of a lab's switch. */
export function switchNamespace(lab: string): string {
  return `k3lab.${lab}`;
}

/** The network namespace of a host. */
export function hostNamespace(lab: string, host: string): string {
  return `k3lab.${lab}.${host}`;
}

/** The interface of the switch that leads to this machine. */
export const OPERATOR_PORT = 'operator';

function separation(one: string, other: string): string[][] {
  return [
    ['-i', one, '-o', other, '-j', 'DROP'],
    ['-i', other, '-o', one, '-j', 'DROP'],
  ];
}

/** How the hardware addresses of hosts begin. */
const HOST_MAC = '02:6b:33:00:00:00';
