import { LabError, runTool, tool } from './run-tool';

/** The addresses of one lab: a /24 that only this machine and the lab's hosts are in. */
export class Subnet {
  constructor(readonly octet: number) {}

  /** In CIDR notation. */
  get cidr(): string {
    return `${PREFIX}.${this.octet}.0/24`;
  }

  /** The address of this machine, from which the hosts are operated. */
  get operator(): string {
    return `${PREFIX}.${this.octet}.1`;
  }

  /** Where hosts send what is for the outside; it goes no further. */
  get gateway(): string {
    return `${PREFIX}.${this.octet}.254`;
  }

  /** The address of a host, by its place in the lab. */
  host(index: number): string {
    return `${PREFIX}.${this.octet}.${FIRST_HOST + index}`;
  }

  /** The hardware address of a host, by its place in the lab. */
  mac(index: number): string {
    const hex = (value: number) => value.toString(16).padStart(2, '0');
    return `02:6b:33:${hex(this.octet)}:00:${hex(FIRST_HOST + index)}`;
  }

  /** The network interface of this machine in the lab. */
  get operatorInterface(): string {
    return `k3lab${this.octet}`;
  }
}

/** Most hosts a lab can have. */
export const MAX_HOSTS = 200;

/**
 * Takes a subnet that nothing on this machine uses, by making the operator's interface in it, which no two labs can.
 * With `octet` it is that one or an error.
 */
export async function takeSubnet(switchName: string, octet?: number): Promise<Subnet> {
  const candidates = octet === undefined ? Array.from({ length: 250 }, (_, index) => index + 1) : [octet];
  const reasons: string[] = [];
  for (const candidate of candidates.map((value) => new Subnet(value))) {
    const reason = (await whyInUse(candidate)) ?? (await addInterface(candidate, switchName));
    if (reason === undefined) return candidate;
    reasons.push(`${candidate.cidr} is in use: ${reason}`);
  }
  throw new LabError(
    octet === undefined
      ? `${reasons[0]}, and so is every other; choose other first numbers by K3STACK_LAB_NET`
      : `${reasons[0]}; choose another octet, or other first numbers by K3STACK_LAB_NET`,
  );
}

async function whyInUse(subnet: Subnet): Promise<string | undefined> {
  const routes = await tool('ip', ['-4', 'route', 'show', 'table', 'all']);
  const used = routes.split('\n').find((line) => !line.startsWith('default') && overlaps(line, subnet));
  return used === undefined ? undefined : `this machine has the route "${used.trim()}"`;
}

/** Whether a line of `ip route` is for addresses of the subnet, or for more addresses among which it is. */
function overlaps(line: string, subnet: Subnet): boolean {
  const address = /\b(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?/.exec(line);
  if (!address?.[1]) return false;
  const bits = Math.min(Number(address[2] ?? 32), 24);
  const mask = bits === 0 ? 0 : (~0 << (32 - bits)) >>> 0;
  return (number(address[1]) & mask) >>> 0 === (number(subnet.gateway) & mask) >>> 0;
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

async function addInterface(subnet: Subnet, switchName: string): Promise<string | undefined> {
  const add = ['link', 'add', subnet.operatorInterface, 'type', 'veth', 'peer', 'name', 'operator'];
  const { code, stderr } = await runTool('ip', [...add, 'netns', switchName]);
  if (code === 0) return undefined;
  if (stderr.includes('File exists')) return `another lab has the interface ${subnet.operatorInterface}`;
  throw new LabError(`cannot make the interface ${subnet.operatorInterface}: ${stderr.trim()}`);
}

// Examples in documents, cloud networks and K3s's own pods and services have other second numbers.
const PREFIX = process.env.K3STACK_LAB_NET || '10.213';
const FIRST_HOST = 11;
