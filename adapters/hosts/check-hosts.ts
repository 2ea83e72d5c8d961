import { K3stackError } from '../../lib/errors';
import type { HostFacts } from '../../lib/hosts/facts';
import type { Violation } from '../../lib/rules/violation';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import type { HostLogin } from '../ssh/host-connection';
import { Connections } from './connections';
import { HostKnowledge } from './host-knowledge';
import { preflight, stopsHost, type SeenHost } from './preflight';
import { probePorts, type ProbedLink } from './probe-ports';

/** What was found out about one host, which was not changed. */
export interface CheckedHost {
  readonly environment: string;
  readonly host: string;
  readonly state: 'ready' | 'not-ready' | 'not-reached';

  /** Why it was not reached. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly findings: readonly Violation[];
  readonly facts?: HostFacts;
}

/** What was found out about the hosts of one environment. */
export interface HostCheck {
  readonly hosts: readonly CheckedHost[];
  readonly links: readonly ProbedLink[];
}

/** How hosts are checked. */
export interface CheckOptions {
  /** Seconds that a host which cannot be reached is waited for. */
  readonly patience: number;

  /** Whether hosts try to connect to each other. */
  readonly ports: boolean;
}

/** Looks at hosts of one environment, all at once, and changes nothing. */
export async function checkHosts(
  synthesis: Synthesis,
  hosts: readonly HostSynthesis[],
  login: HostLogin,
  { patience, ports }: CheckOptions,
): Promise<HostCheck> {
  const connections = new Connections(login, patience);
  const knowledge = new HostKnowledge(synthesis, login, connections, {});
  try {
    const asked = await Promise.all(hosts.map((host) => ask(knowledge, host)));
    const seen = asked.flatMap((answer) => ('run' in answer ? [answer] : []));
    const findings = preflight(seen);
    const checked = asked.map((answer) => checkedHost(synthesis, answer, findings));
    return { hosts: checked, links: ports ? await probePorts(synthesis, seen, knowledge, login) : [] };
  } finally {
    connections.close();
  }
}

type Answer = SeenHost | { readonly host: HostSynthesis; readonly error: K3stackError };

async function ask(knowledge: HostKnowledge, host: HostSynthesis): Promise<Answer> {
  try {
    return await knowledge.ask(host.name);
  } catch (error) {
    if (error instanceof K3stackError) return { host, error };
    throw error;
  }
}

function checkedHost({ environment }: Synthesis, answer: Answer, all: readonly Violation[]): CheckedHost {
  const { host } = answer;
  const name = { environment, host: host.name };
  if ('error' in answer) {
    const { code, message } = answer.error;
    return { ...name, state: 'not-reached', error: { code, message }, findings: [] };
  }
  const findings = all.filter(({ path }) => path === `${environment}/${host.path}`);
  return {
    ...name,
    state: findings.some(stopsHost) ? 'not-ready' : 'ready',
    findings,
    ...(answer.facts !== undefined && { facts: answer.facts }),
  };
}
