import { knowledgeOf } from '../../distributions/changes-of';
import type { Origins } from '../../origins';
import type { HostChange } from '../../report/changes';
import { valueText } from '../../report/host-text';
import type { StepChange } from '../../report/step-changes';
import type { HostSynthesis, Synthesis } from '../../synthesis/synthesis';
import type { Origin } from '../object-change';
import { HIDDEN, HiddenValues, withoutMarks } from '../hidden-value';
import type { HostBlock, HostField } from '../host-report';
import type { FoundRisk } from '../rules/risk-rules';
import { connectionChanges } from './connection-changes';
import { markedOnHost, withoutHostSecrets } from './hidden-on-hosts';
import { hostFileBlocks } from './host-file-blocks';
import { hostLevel } from './host-level';
import { ownStepLines } from './step-lines';
import { knownHostChanges, knownStepChanges } from './known-changes';

/**
 * What becomes of the hosts of one environment, in the order of the program, then those that go.
 *
 * @param before Absent for an environment that is new.
 * @param after Absent for an environment that goes.
 * @param origins Source lines by construct path. Default: none are known.
 * @param risks Of the environment: the worst one about a host is its level. Default: none.
 */
export function hostBlocks(
  before: Synthesis | undefined,
  after: Synthesis | undefined,
  origins: Origins = new Map(),
  risks: readonly FoundRisk[] = [],
): HostBlock[] {
  const known = before ?? after;
  if (known === undefined) return [];
  const [from, to] = [before ?? withoutHosts(known), after ?? withoutHosts(known)];
  const changes = new Map(
    knownHostChanges(from, to).map((change) => [keyOf(change.cluster, change.host), change]),
  );
  const steps = knownStepChanges(from, to);
  const [old, now] = [byKey(from), byKey(to)];
  const keys = [...now.keys(), ...[...old.keys()].filter((key) => !now.has(key))];
  return keys.flatMap((key) => {
    const host = { before: old.get(key), after: now.get(key), change: changes.get(key) };
    return blockOf(host, steps, { environment: known.environment, origins, risks, states: [to, from] });
  });
}

/** The same environment before it had any host. */
function withoutHosts(synthesis: Synthesis): Synthesis {
  return { ...synthesis, clusters: [], hosts: [], manifests: [], graph: { steps: [], waves: [] } };
}

interface ComparedHost {
  readonly before: HostSynthesis | undefined;
  readonly after: HostSynthesis | undefined;

  /** Absent where nothing that lies on the host differs. */
  readonly change: HostChange | undefined;
}

interface BlockContext {
  readonly environment: string;
  readonly origins: Origins;
  readonly risks: readonly FoundRisk[];
  readonly states: readonly Synthesis[];
}

function blockOf(host: ComparedHost, allSteps: readonly StepChange[], context: BlockContext): HostBlock[] {
  const { before, after, change } = host;
  const declared = after ?? before;
  if (declared === undefined) return [];
  const { cluster, name, role, path } = declared;
  const kept = before !== undefined && after !== undefined;
  const connection = kept ? connectionChanges(before, after) : [];
  const steps = kept ? ownStepLines(allSteps, after) : [];
  const [first] = steps;
  if (change === undefined && connection.length === 0 && first === undefined) return [];
  const shown = withoutHostSecrets(context.states, () => HIDDEN);
  const also = connection[0] === undefined ? `${first}` : `${connection[0].name} differs`;
  const block = {
    cluster,
    host: name,
    role,
    kind: change?.kind ?? 'changed',
    environments: [context.environment],
    disruption: change?.disruption ?? 'none',
    reason: shown(change?.reason ?? also),
    properties: [...propertyFields(change), ...connection].map((field) => hiddenField(field, context)),
    options: optionFields(change),
    files: fileBlocks(host, context),
    steps: steps.map(shown),
    origin: originOf(path, context),
  };
  return [{ ...block, level: hostLevel(block, context.risks) }];
}

function propertyFields(change: HostChange | undefined): HostBlock['properties'] {
  return (change?.properties ?? []).map(({ property, before, after, disruption }) => ({
    name: property,
    before,
    after,
    disruption,
  }));
}

function optionFields(change: HostChange | undefined): HostBlock['options'] {
  return (change?.options ?? []).map(({ option, before, after, disruption, applies, why }) => ({
    name: option,
    ...hiddenTexts(before, after, (value, hidden) =>
      valueText(markedOnHost({ [option]: value }, hidden)[option]),
    ),
    disruption,
    ...(applies !== undefined && { applies }),
    ...(why !== undefined && { why }),
  }));
}

function hiddenField(field: HostField, { states }: BlockContext): HostField {
  const texts = hiddenTexts(field.before, field.after, (text, hidden) =>
    withoutHostSecrets(states, (secret) => hidden.mark(secret))(text),
  );
  return { ...field, ...texts };
}

/** Two values as text, of which one that is hidden and becomes another one is told apart. */
function hiddenTexts<T>(
  before: T,
  after: T,
  textOf: (value: T, hidden: HiddenValues) => string,
): { readonly before: string; readonly after: string } {
  const hidden = new HiddenValues();
  const [old, now] = [textOf(before, hidden), textOf(after, hidden)];
  return { before: withoutMarks(old), after: withoutMarks(now, old) };
}

/** Of a host that comes or goes only the names: everything on it does. */
function fileBlocks({ before, after, change }: ComparedHost, { states }: BlockContext): HostBlock['files'] {
  if (change === undefined) return [];
  if (!before || !after) {
    return change.files.map(({ path, kind }) => ({ path, kind, what: [kind], disruption: 'none' }));
  }
  // Where no option differs, a file of options that differs has to say why itself.
  const told = change.options.length + change.properties.length > 0;
  const knowledge = knowledgeOf(after.cluster, ...states);
  return hostFileBlocks(
    change.files,
    before,
    after,
    (path) => told && knowledge?.holdsOptions(path) === true,
  );
}

/** Hosts are often written inside their cluster: the line of the nearest construct that has one. */
function originOf(path: string, { environment, origins }: BlockContext): Origin {
  const parts = path.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const part = parts.slice(0, length).join('/');
    const found = origins.get(part) ?? origins.get(`${environment}/${part}`);
    if (found !== undefined) return { path, file: found.file, line: found.line };
  }
  return { path };
}

function byKey({ hosts }: Synthesis): Map<string, HostSynthesis> {
  return new Map(hosts.map((host) => [keyOf(host.cluster, host.name), host]));
}

const keyOf = (cluster: string, host: string): string => `${cluster}/${host}`;
