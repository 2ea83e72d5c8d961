import type { HiddenValues } from '../../lib/diff/hidden-value';
import type { LiveAnswer, LiveOutcome } from '../../lib/diff/columns/live-outcome';
import { pathText } from '../../lib/diff/field-change';
import { fieldAt } from '../../lib/diff/columns/field-at';
import type { ObjectChange } from '../../lib/diff/object-change';
import { holesIn } from '../../lib/holes';
import { isPlainObject } from '../../lib/plain-object';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import type { ClusterAnswer, ClusterClient } from './cluster-client';
import { lacksRight, refusal, short } from './refusal';
import { KindsUnknown, type ServedKinds } from './served-kinds';

/** What objects are tried with. */
export interface Trial {
  readonly client: ClusterClient;
  readonly kinds: ServedKinds;

  /** Holds what the objects were before their values were hidden. */
  readonly hidden: HiddenValues;

  /** Namespaces and API groups with kinds that the same change makes. */
  readonly coming: { readonly namespaces: ReadonlySet<string>; readonly groups: ReadonlySet<string> };
}

/**
 * Asks a cluster what it makes of one change: a server-side apply as a dry run (k8s.io/apiserver@v0.36.3:pkg/endpoints/handlers/patch.go), or whether
 * the object is there, of one that goes. Nothing is written.
 *
 * @throws ClusterDown
 */
export async function tryChange(change: ObjectChange, trial: Trial): Promise<LiveAnswer> {
  try {
    return await answerTo(change, trial);
  } catch (error) {
    if (error instanceof KindsUnknown) return { change, outcome: untried(short(error.message)) };
    throw error;
  }
}

async function answerTo(change: ObjectChange, trial: Trial): Promise<LiveAnswer> {
  const { after } = change;
  if (after === undefined) return { change, outcome: await whetherThere(change.before.object, trial) };
  const wanted = trial.hidden.original(after.object);
  const { late, refused } = holesIn(wanted);
  const filledLater = late || refused.length > 0;
  if (filledLater && wanted.kind !== 'Secret')
    return { change, outcome: untried('it has values that are filled in when it is applied') };
  const isSecretive = wanted.kind === 'Secret' || wanted !== after.object;
  const outcome = await apply(wanted, { isSecretive, change }, trial);
  return { change, outcome, ...(filledLater && { filledLater }) };
}

async function whetherThere(object: KubernetesObject, trial: Trial): Promise<LiveOutcome> {
  const path = await pathOf(object, trial);
  if (path === undefined) return { kind: 'gone' };
  const answer = await trial.client.ask('GET', path);
  if (answer.status === 404) return { kind: 'gone' };
  return answer.status === 200
    ? { kind: 'there' }
    : untried(refusal(answer, object.kind === 'Secret' && !lacksRight(answer)));
}

async function apply(
  wanted: KubernetesObject,
  tried: { readonly isSecretive: boolean; readonly change: ObjectChange },
  trial: Trial,
): Promise<LiveOutcome> {
  const { client, coming } = trial;
  if (wanted.metadata.name === undefined) return untried('it has no name of its own');
  const path = await pathOf(wanted, trial);
  if (path === undefined) {
    const group = wanted.apiVersion.split('/')[0] ?? '';
    return untried(
      coming.groups.has(group)
        ? 'the same change makes its kind'
        : `the cluster serves no ${wanted.kind} of ${wanted.apiVersion}`,
    );
  }
  const found = await client.ask('GET', path);
  const live = found.status === 200 ? objectIn(found) : undefined;
  const manager = soleManager(live);
  const query = new URLSearchParams({ dryRun: 'All', force: 'true', fieldManager: manager ?? OWN_MANAGER });
  const answer = await client.ask('PATCH', `${path}?${query.toString()}`, sent(wanted));
  if (answer.status === 200 || answer.status === 201) return accepted(answer, live, found, tried.isSecretive);
  if (lacksRight(answer)) return untold(answer, found, wanted);
  if (answer.status === 404 && coming.namespaces.has(wanted.metadata.namespace ?? ''))
    return untried('the same change makes its namespace');
  const reason = refusal(answer, tried.isSecretive);
  const kept = manager === undefined && live !== undefined ? takenAway(tried.change, live) : [];
  if (kept.length > 0)
    return untried(
      `another field manager has set ${kept.join(', ')}, which a dry run cannot take away; with it the server says: ${reason}`,
    );
  return cannotBeAsked(answer) ? untried(reason) : { kind: 'refused', reason };
}

function accepted(
  answer: ClusterAnswer,
  live: KubernetesObject | undefined,
  found: ClusterAnswer,
  isSecretive: boolean,
): LiveOutcome {
  const warnings = isSecretive ? [] : answer.warnings.slice(0, MOST_WARNINGS).map(short);
  const result = objectIn(answer);
  if (result === undefined) return untried('the cluster answers with what is no object');
  if (live !== undefined) return { kind: 'applied', live, result, warnings };
  return answer.status === 201 || found.status === 404
    ? { kind: 'created', warnings }
    : untried('it is accepted, but what is there may not be read');
}

/** Without the right to try it, what can be read counts. */
function untold(answer: ClusterAnswer, found: ClusterAnswer, wanted: KubernetesObject): LiveOutcome {
  const live = found.status === 200 ? objectIn(found) : undefined;
  if (live === undefined && found.status !== 404) return untried(refusal(answer, false));
  return { kind: 'read-only', ...(live && { live: withKind(live, wanted) }) };
}

/** Path of an object; `undefined` when its kind is not served. */
async function pathOf(object: KubernetesObject, { client, kinds }: Trial): Promise<string | undefined> {
  const served = await kinds.find(object.apiVersion, object.kind);
  if (served === undefined) return undefined;
  const { namespace = client.namespace, name = '' } = object.metadata;
  const place = served.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${served.base}${place}/${served.plural}/${encodeURIComponent(name)}`;
}

/** Who applied the object, where it is just one: only for that manager, fields that the manifest no longer has go away. */
function soleManager(live: KubernetesObject | undefined): string | undefined {
  const entries = live?.metadata['managedFields'];
  const managers = (Array.isArray(entries) ? (entries as unknown[]) : [])
    .filter(isPlainObject)
    .filter(({ operation, subresource }) => operation === 'Apply' && subresource === undefined)
    .map(({ manager }) => manager);
  const [only, ...others] = managers;
  return typeof only === 'string' && others.length === 0 ? only : undefined;
}

/** Fields that the change removes and the live object has. */
function takenAway({ fields }: ObjectChange, live: KubernetesObject): string[] {
  return fields
    .filter(({ op, noise, path }) => op === 'remove' && noise === undefined && fieldAt(live, path))
    .slice(0, MOST_FIELDS)
    .map(({ path }) => short(pathText(path)));
}

/** Without what a manifest that was read from a cluster has of that cluster, which would make it another object. */
function sent(object: KubernetesObject): unknown {
  const { metadata, ...rest } = object;
  const own = Object.entries(metadata).filter(([key]) => !OF_A_SERVER.has(key));
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'status')),
    metadata: Object.fromEntries(own),
  };
}

/**
 * A webhook with side effects takes no dry run; a server that is overloaded or at fault says nothing of the object. An object that does not fit its
 * schema is answered with 500 (k8s.io/apimachinery@v0.36.3:pkg/util/managedfields/internal/structuredmerge.go, Apply).
 */
function cannotBeAsked({ status, body }: ClusterAnswer): boolean {
  const message = isPlainObject(body) ? body['message'] : undefined;
  if (typeof message === 'string' && message.startsWith('failed to create typed patch object')) return false;
  return (
    status === 429 ||
    status >= 500 ||
    (typeof message === 'string' && message.includes('does not support dry run'))
  );
}

function objectIn({ body }: ClusterAnswer): KubernetesObject | undefined {
  return isPlainObject(body) && isPlainObject(body['metadata'])
    ? (body as unknown as KubernetesObject)
    : undefined;
}

function withKind(live: KubernetesObject, { apiVersion, kind }: KubernetesObject): KubernetesObject {
  return { ...live, apiVersion, kind };
}

function untried(reason: string): LiveOutcome {
  return { kind: 'untried', reason };
}

const OF_A_SERVER: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
]);
const MOST_WARNINGS = 3;
const MOST_FIELDS = 3;
const OWN_MANAGER = 'k3stack';
