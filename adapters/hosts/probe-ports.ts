import { K3stackError } from '../../lib/errors';
import type { PortLink } from '../../lib/distributions/distribution';
import { onHosts } from '../../lib/distributions/on-hosts';
import { directCommand } from '../../lib/hosts/launcher';
import { holdsLate } from '../../lib/late';
import { framed, inputText } from '../../lib/hosts/step-input';
import { stepResultIn } from '../../lib/hosts/step-result';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import type { HostLogin } from '../ssh/host-connection';
import { directProgram } from './direct-program';
import type { HostKnowledge } from './host-knowledge';
import type { SeenHost } from './preflight';

/** What came of one port between two hosts. */
export interface ProbedLink extends PortLink {
  /** Address that was tried. */
  readonly address: string;

  /**
   * `refused`: the way is free, and nothing listens yet. `silent`: nothing answers, as behind a firewall that drops. `not-probed`: nobody can tell, see
   * {@link reason}.
   */
  readonly state: 'open' | 'refused' | 'silent' | 'not-probed';
  readonly reason?: string;

  /** Set where it is the API that an agent joins through, does not answer, and the cluster runs: then it should. */
  readonly blocks?: true;
}

/** Lets every host that is there try to connect to the others, at the ports that the cluster needs. */
export async function probePorts(
  synthesis: Synthesis,
  seen: readonly SeenHost[],
  knowledge: HostKnowledge,
  login: HostLogin,
): Promise<ProbedLink[]> {
  const hosts = synthesis.hosts.map(({ name }) => knowledge.host(name));
  const links = synthesis.clusters.flatMap(
    (cluster) => onHosts[cluster.distribution]?.portLinks(cluster, hosts) ?? [],
  );
  const withAddress = links.flatMap((link) => {
    const to = hosts.find(({ name }) => name === link.to);
    const address = link.address ?? (to && addressOf(to));
    return address === undefined ? [] : [{ ...link, address }];
  });
  const able = seen.filter(({ facts }) => facts !== undefined).map(({ host }) => host);
  const probed = await Promise.all(
    able.map((from) =>
      probeFrom(
        from,
        withAddress.filter((link) => link.from === from.name),
        knowledge,
        login,
      ),
    ),
  );
  const running = runningClusters(seen);
  const clusterOf = (name: string): string => hosts.find((host) => host.name === name)?.cluster ?? '';
  return probed.flat().map((link) => judged(link, running.has(clusterOf(link.from))));
}

/** Those of which a node has run. */
function runningClusters(seen: readonly SeenHost[]): ReadonlySet<string> {
  const ran = seen.filter(({ facts }) => facts?.datastore === 'running' || facts?.activeDigest !== undefined);
  return new Set(ran.map(({ host }) => host.cluster));
}

/** @internal A way to the API of a running cluster has to be open; before there is a cluster, an address in front of it may lead nowhere. */
export function judged(link: ProbedLink, running: boolean): ProbedLink {
  if (link.endpoint === undefined || (link.state !== 'silent' && link.state !== 'refused')) return link;
  if (running) return { ...link, blocks: true };
  return link.endpoint === 'front' ? notProbed(link, 'it leads nowhere before there is a cluster') : link;
}

type Addressed = PortLink & { readonly address: string };

async function probeFrom(
  from: HostSynthesis,
  links: readonly Addressed[],
  knowledge: HostKnowledge,
  login: HostLogin,
): Promise<ProbedLink[]> {
  const tcp = links.filter(({ protocol, address }) => protocol === 'tcp' && !holdsLate(address));
  const unknown = links
    .filter((link) => !tcp.includes(link))
    .map((link) =>
      notProbed(link, link.protocol === 'udp' ? 'UDP gives no answer' : 'its address is known in a run only'),
    );
  if (tcp.length === 0) return unknown;
  const records = tcp.map(({ address, port }) => ['probe', address, String(port)]);
  const program = directProgram(
    knowledge.scripts(from),
    'ports',
    inputText(knowledge.input(from, 'ports', records)),
  );
  try {
    const { stdout, stderr } = await knowledge.on(from.name)((connection) =>
      connection.exec(directCommand(), { stdin: framed(program, login.sudoPassword), timeout: 60 }),
    );
    const probes = stepResultIn(stdout)?.['probes'];
    if (!Array.isArray(probes))
      return [...tcp.map((link) => notProbed(link, stderr.trim().split('\n').at(-1) ?? '')), ...unknown];
    return [...tcp.map((link) => probedLink(link, probes as readonly Probe[])), ...unknown];
  } catch (error) {
    if (!(error instanceof K3stackError)) throw error;
    return [...tcp.map((link) => notProbed(link, error.code)), ...unknown];
  }
}

/** As the script `ports` reports it. */
interface Probe {
  readonly address: string;
  readonly port: number;
  readonly state: 'open' | 'refused' | 'timeout';
}

function probedLink(link: Addressed, probes: readonly Probe[]): ProbedLink {
  const probe = probes.find(({ address, port }) => address === link.address && port === link.port);
  if (probe === undefined) return notProbed(link, `${link.from} did not try`);
  return { ...link, state: probe.state === 'timeout' ? 'silent' : probe.state };
}

function notProbed({ from, to, address, port, protocol, purpose }: Addressed, reason: string): ProbedLink {
  return { from, to, address, port, protocol, purpose, state: 'not-probed', reason };
}

function addressOf({ nodeIp, transport }: HostSynthesis): string {
  return nodeIp ?? ('ssh' in transport ? transport.ssh.host : '127.0.0.1');
}
