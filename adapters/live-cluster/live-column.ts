import { isAbsolute, join } from 'node:path';
import type { ColumnAnswer } from '../../lib/diff/column';
import type { LiveAnswer } from '../../lib/diff/columns/live-outcome';
import { liveNotes } from '../../lib/diff/columns/live-notes';
import { liveSays } from '../../lib/diff/columns/live-says';
import type { Comparison } from '../../lib/diff/comparison';
import type { HiddenValues } from '../../lib/diff/hidden-value';
import { isMeant, type ObjectChange } from '../../lib/diff/object-change';
import { K3stackError } from '../../lib/errors';
import { isPlainObject } from '../../lib/plain-object';
import type { KubernetesSchemas } from '../../lib/kubernetes/schema';
import { printable } from '../../lib/rules/violation';
import { clusterAccess } from './cluster-access';
import { AT_ONCE, ClusterClient, ClusterDown } from './cluster-client';
import { ServedKinds } from './served-kinds';
import { tryChange, type Trial } from './try-change';

/** A cluster that one comparison is tried in. */
export interface LiveCluster {
  readonly comparison: Comparison;

  /** The one of the environment's clusters that it is. @default - the only one */
  readonly cluster?: string;

  /** Kubeconfig, as the user names it. */
  readonly kubeconfig: string;

  /** @default - the current one of the file */
  readonly context?: string;
}

/** What clusters are asked with. */
export interface LiveColumnOptions {
  /** Working directory. */
  readonly cwd: string;
  readonly schemas: KubernetesSchemas;

  /** Those of the comparisons. */
  readonly hidden: HiddenValues;

  /** Milliseconds to wait for one answer. @default 15000 */
  readonly timeout?: number;
}

/** Asks live clusters what they make of what is compared. A cluster that cannot be asked fails its part, never the report. */
export async function liveColumn(
  clusters: readonly LiveCluster[],
  options: LiveColumnOptions,
): Promise<ColumnAnswer> {
  const asked = await Promise.all(clusters.map((each) => askedCluster(each, options)));
  const says = new Map(asked.flatMap((each) => [...each.says]));
  const failures = asked.flatMap(({ failed }) => failed ?? []);
  if (failures.length === asked.length && failures.length > 0)
    return { ...COLUMN, notes: [], says, failed: failures.join('; ') };
  const notes = asked.flatMap(({ notes, failed }) =>
    failed === undefined ? notes : [`could not be asked: ${failed}`],
  );
  return { ...COLUMN, notes, says };
}

interface Asked {
  readonly notes: readonly string[];
  readonly says: ReadonlyMap<string, string>;
  readonly failed?: string;
}

async function askedCluster(wanted: LiveCluster, options: LiveColumnOptions): Promise<Asked> {
  const { comparison, cluster, kubeconfig, context } = wanted;
  const name = [comparison.environment, cluster].filter((part) => part).join('/');
  const named = (text: string): string => (name === '' ? text : `${name}: ${text}`);
  let client: ClusterClient | undefined;
  try {
    const file = isAbsolute(kubeconfig) ? kubeconfig : join(options.cwd, kubeconfig);
    client = new ClusterClient(clusterAccess(file, kubeconfig, context), options.timeout);
    const version = await versionOf(client);
    const changes = comparison.changes
      .filter(isMeant)
      .filter(({ id }) => cluster === undefined || id.cluster === cluster);
    const { answers, down } = await tried(changes, trialOf(client, comparison, options.hidden));
    if (down !== undefined && answers.length === 0) throw down;
    const notes = liveNotes(answers, {
      version,
      kubernetes: comparison.after.kubernetes,
      left: changes.length - answers.length,
      ...(down && { down: printable(down.message) }),
    });
    return { notes: notes.map(named), says: liveSays(comparison, answers, options) };
  } catch (error) {
    const reason = failure(error);
    if (reason === undefined) throw error;
    return { notes: [], says: new Map(), failed: named(printable(reason)) };
  } finally {
    client?.close();
  }
}

function trialOf(client: ClusterClient, comparison: Comparison, hidden: HiddenValues): Trial {
  const coming = comparison.changes.filter(({ kind }) => kind === 'added' || kind === 'renamed');
  const groups = coming.map(({ id, after }) =>
    id.kind === 'CustomResourceDefinition' ? after?.object['spec'] : undefined,
  );
  return {
    client,
    kinds: new ServedKinds(client),
    hidden,
    coming: {
      namespaces: new Set(coming.flatMap(({ id }) => (id.kind === 'Namespace' ? [id.name] : []))),
      groups: new Set(groups.flatMap((spec) => (isPlainObject(spec) ? [String(spec['group'])] : []))),
    },
  };
}

/** Changes in their order, a few at a time, until there are no more answers. */
async function tried(
  changes: readonly ObjectChange[],
  trial: Trial,
): Promise<{ readonly answers: readonly LiveAnswer[]; readonly down?: ClusterDown }> {
  const answers: LiveAnswer[] = [];
  const waiting = changes.entries();
  let down: ClusterDown | undefined;
  const work = async (): Promise<void> => {
    for (const [index, change] of waiting) {
      if (down !== undefined) return;
      try {
        answers[index] = await tryChange(change, trial);
      } catch (error) {
        if (!(error instanceof ClusterDown)) throw error;
        down = error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { answers: Object.values(answers), ...(down && { down }) };
}

/** @throws K3stackError when the credentials are not taken, ClusterDown */
async function versionOf(client: ClusterClient): Promise<string | undefined> {
  const { status, body } = await client.ask('GET', '/version');
  if (status === 401)
    throw new ClusterDown(
      'does not take these credentials; they may have expired: write a kubeconfig with others',
    );
  const version = isPlainObject(body) ? body['gitVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}

function failure(error: unknown): string | undefined {
  if (error instanceof ClusterDown) return `the cluster ${error.message}`;
  return error instanceof K3stackError ? error.message : undefined;
}

const COLUMN = { id: 'live', title: 'Live cluster' } as const;
