import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../../../rules/rule';
import { hostsMissingIn } from '../../../rules/transition';
import { options, type OptionName } from '../options';
import type { OptionSpec } from '../options/option-spec';
import { dataDirOf, k3sRule, type K3sTransition } from './k3s-transition';

/** Rules about options that a node, or all servers together, must agree on. */
export const settingsRules = [
  k3sRule({
    id: 'data-dir-changed',
    title: 'A node keeps its data directory',
    reason:
      'In another directory K3s finds no state: a server starts an empty cluster or fails to join, an agent loses its identity and images.',
    source: 'https://docs.k3s.io/cli/server, data',
    check: ({ kept }) =>
      kept.flatMap(({ before, after }): Finding[] => {
        const [old, now] = [dataDirOf(before), dataDirOf(after)];
        if (old === now) return [];
        return [
          {
            path: after.path,
            property: 'dataDir',
            problem: `the state of ${after.name} is in ${old}, and K3s would look for it in ${now}`,
            fix: `keep ${old}, or declare the machine under a new name after removing ${after.name}`,
            blocks: 'provision',
          },
        ];
      }),
  }),
  k3sRule({
    id: 'must-match-changed',
    title: 'Options that all servers must share change on all of them at once',
    reason:
      'Servers restart one after another: until the last one has, they differ, and K3s refuses a server that joins meanwhile.',
    source:
      'k3s pkg/daemons/config/types.go CriticalControlArgs; https://docs.k3s.io/cli/server, critical configuration values',
    check: (transition) => mustMatchChange(transition),
  }),
];

function mustMatchChange(transition: K3sTransition): Finding[] {
  const { serversBefore, serversAfter, after } = transition;
  const [first] = serversBefore;
  const same = serversAfter.find((server) => server.name === first?.name);
  if (!first || !same || serversAfter.length < 2) return [];
  const changed = MUST_MATCH.filter(
    (name) => !isDeepStrictEqual(valueOf(first.settings, name), valueOf(same.settings, name)),
  );
  if (changed.length === 0) return [];
  const joining = hostsMissingIn(serversBefore, serversAfter).map((server) => server.name);
  const refused = changed.some((name) => specOf(name).mustMatch === 'refused') && joining.length > 0;
  const problem = `${changed.join(', ')} differ${changed.length === 1 ? 's' : ''} between servers until the last of ${serversAfter.length} has restarted`;
  return [
    {
      path: after.path,
      property: changed.length === 1 ? `config.server.${changed[0]}` : 'config.server',
      problem: refused
        ? `${problem}, and K3s refuses ${joining.join(', ')} if it joins through one that has not`
        : problem,
      fix: refused
        ? `add ${joining.join(', ')} in an update of its own`
        : 'let the update finish on all servers before the next one',
      blocks: refused ? 'provision' : 'nothing',
    },
  ];
}

/** An option left out has its default. */
function valueOf(settings: Readonly<Record<string, unknown>>, name: OptionName): unknown {
  return settings[name] ?? specOf(name).default;
}

function specOf(name: OptionName): OptionSpec {
  return options[name];
}

/** Those with a rule of their own excepted. */
const OWN_RULE: ReadonlySet<string> = new Set([
  'cluster-cidr',
  'service-cidr',
  'cluster-dns',
  'cluster-domain',
  'flannel-backend',
  'secrets-encryption',
  'secrets-encryption-provider',
]);

const MUST_MATCH = (Object.keys(options) as OptionName[]).filter(
  (name) => specOf(name).mustMatch !== undefined && !OWN_RULE.has(name),
);
