import { keptHosts, machineOf, type HostTransition } from '../../../rules/transition';
import type { Bastion, Ssh } from '../../../cluster/node';
import type { HostSynthesis } from '../../../synthesis/synthesis';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { hostSubject } from './subjects';

/** How hosts are reached, and by what they are known. */
export const accessRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'host-key-changed',
    level: 'high',
    title: 'The key of a host changes',
    reason: 'A host is known by its key: with another key it is another machine, or somebody in between.',
    onApply: 'Whoever holds the new key is sent the tokens and the files of the host.',
    fix: 'Read the key on the machine itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) and compare.',
    source: 'https://man.openbsd.org/ssh#VERIFYING_HOST_KEYS',
    check: (before, after) => keptHosts(before.hosts, after.hosts).flatMap(keyChanges),
  }),
  hostRule({
    id: 'host-key-unknown',
    level: 'block',
    title: 'The key of a host is not known any more',
    reason: 'Without it nobody can tell whether the machine that answers is the one that is meant.',
    onApply: 'It is refused before any host is touched.',
    fix: 'Write hostKey, or put the key into known_hosts beside the program.',
    source: 'docs/provision.md',
    check: (before, after) =>
      keptHosts(before.hosts, after.hosts).flatMap(({ before: old, after: host }) =>
        hopsOf(host)
          .filter(({ hop, hostKey }) => hostKey === undefined && keyOf(old, hop) !== undefined)
          .map(({ hop }) => ({
            subject: hostSubject(host),
            field: hop,
            what: `the ${hop} of ${host.name} had a key and has none`,
          })),
      ),
  }),
  hostRule({
    id: 'host-reached-elsewhere',
    level: 'caution',
    title: 'A host is reached another way',
    reason: 'Nothing on it changes, but from now on work is done on the machine that answers there.',
    onApply: 'The host is checked to be the same node before anything is done on it.',
    fix: 'Look whether the new address leads to the same machine.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (before, after) => keptHosts(before.hosts, after.hosts).flatMap(reachedElsewhere),
  }),
];

function keyChanges({ before, after }: HostTransition): SubjectHit[] {
  return hopsOf(after).flatMap(({ hop, hostKey }) => {
    const old = keyOf(before, hop);
    if (old === undefined || hostKey === undefined || old === hostKey) return [];
    return [{ subject: hostSubject(after), field: hop, what: `${shortKey(old)} -> ${shortKey(hostKey)}` }];
  });
}

/** Where the node's own address is not known another rule refuses it: it may be another machine. */
function reachedElsewhere({ before, after }: HostTransition): SubjectHit[] {
  const known = before.nodeIp !== undefined && before.nodeIp === after.nodeIp;
  const [old, now] = [machineOf(before), machineOf(after)];
  if (!known || old === now) return [];
  return [{ subject: hostSubject(after), field: 'ssh.host', what: `${after.name}: ${old} -> ${now}` }];
}

interface Hop {
  readonly hop: 'host' | 'bastion';
  readonly hostKey: string | undefined;
}

function hopsOf({ transport }: HostSynthesis): Hop[] {
  if ('local' in transport) return [];
  const { bastion, ...ssh } = transport.ssh;
  const of = (hop: Hop['hop'], { hostKey }: Ssh | Bastion): Hop => ({ hop, hostKey });
  return [of('host', ssh), ...(bastion === undefined ? [] : [of('bastion', bastion)])];
}

function keyOf(host: HostSynthesis, hop: Hop['hop']): string | undefined {
  return hopsOf(host).find((one) => one.hop === hop)?.hostKey;
}

/** Type and end of a public key: enough to tell two apart. */
function shortKey(key: string): string {
  const [type = '', data = ''] = key.split(' ');
  return `${type} …${data.slice(-SHOWN)}`;
}

const SHOWN = 12;
