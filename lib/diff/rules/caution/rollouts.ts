import { startsWith } from '../../field-change';
import type { Comparison } from '../../comparison';
import type { ObjectChange } from '../../object-change';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt, shown, textsAt } from '../rule-text';
import { scaled } from '../scaled-value';
import { containersOf, objectsBeside, WORKLOAD_KINDS, workloadOf, type Workload } from '../workload-pods';

/** How pods are exchanged. */
export const rolloutRules: readonly RiskRule[] = [
  {
    id: 'rollout-outage',
    level: 'caution',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet'],
    title: 'A workload is away while it rolls',
    reason: 'Its only pod, or all of them, stop before a new one runs.',
    onApply: 'It does not answer from the stop of the old pod until the new one is ready.',
    fix: 'Apply it when that hurts least; with two replicas and a budget, or maxSurge 1 and no ReadWriteOnce claim, nothing is away.',
    source:
      'kubernetes/kubernetes@v1.36.3:pkg/controller/deployment/util/deployment_util.go, ResolveFenceposts',
    check: outageHits,
  },
  {
    id: 'strategy-changed',
    level: 'caution',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet'],
    title: 'A workload rolls in another way',
    reason: 'With Recreate all pods stop first; with OnDelete none is exchanged until somebody deletes it.',
    onApply: 'Nothing by itself; the next change of its pods goes that way, this one included.',
    fix: 'Use RollingUpdate where two versions may run side by side.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const key = after.id.kind === 'Deployment' ? 'strategy' : 'updateStrategy';
      const [old, now] = [before, after].map(
        ({ object }) => at(object, 'spec', key, 'type') ?? 'RollingUpdate',
      );
      return old === 'RollingUpdate' && now !== old
        ? [{ field: `spec.${key}.type`, what: fromTo(old, now) }]
        : [];
    },
  },
  {
    id: 'shutdown-shortened',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'Pods get less time to stop',
    reason: 'A program that is killed loses the requests that it answers and what it has not written.',
    onApply: 'From the next stop of a pod on; the pods that are exchanged now still have the old time.',
    fix: 'Keep preStop and terminationGracePeriodSeconds as long as its longest request, or its write of a checkpoint.',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
    check: shutdownHits,
  },
  {
    id: 'probe-lost',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container is no longer probed',
    reason:
      'Without readinessProbe it gets requests before it can answer; without livenessProbe nobody restarts it when it hangs.',
    onApply: 'Its pods are made anew; without readinessProbe they count as ready as soon as they run.',
    fix: 'Keep the probe, or replace it by another one.',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
    check: (change) => probeHits(change, (old, now) => old !== undefined && now === undefined, 'is gone'),
  },
  {
    id: 'probe-loosened',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A probe takes at least twice as long to notice',
    reason: 'A container that hangs gets requests for that time.',
    onApply: 'Its pods are made anew with the new times.',
    fix: 'Give a slow start a startupProbe instead of patience for the whole life of the container.',
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes',
    // A startup probe is there to be patient.
    check: (change) =>
      probeHits(
        change,
        (old, now, key) => key !== 'startupProbe' && old !== undefined && now !== undefined && now >= 2 * old,
        'notices later',
      ),
  },
];

function outageHits({ before, after, fields }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const now = workloadOf(after);
  if (now === undefined || !fields.some(({ path }) => startsWith(path, 'spec', 'template'))) return [];
  const replicas = Number(at(after.object, 'spec', 'replicas') ?? 1);
  if (replicas === 0 || at(before.object, 'spec', 'replicas') === 0) return [];
  const reason = outageReason(now, replicas, comparison);
  return reason === undefined
    ? []
    : [{ what: `${replicas === 1 ? '1 replica' : `${replicas} replicas`}, ${reason}` }];
}

function outageReason(
  { object, id, spec }: Workload,
  replicas: number,
  comparison: Comparison,
): string | undefined {
  if (id.kind === 'StatefulSet') {
    const strategy = at(object, 'spec', 'updateStrategy');
    const isHeld =
      at(strategy, 'type') === 'OnDelete' ||
      Number(at(strategy, 'rollingUpdate', 'partition') ?? 0) >= replicas;
    return replicas === 1 && !isHeld ? 'a StatefulSet stops the old pod first' : undefined;
  }
  const { type = 'RollingUpdate', rollingUpdate } = (at(object, 'spec', 'strategy') ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (type === 'Recreate') return 'strategy Recreate';
  const surge = scaled(at(rollingUpdate, 'maxSurge') ?? '25%', replicas, 'up');
  const away = scaled(at(rollingUpdate, 'maxUnavailable') ?? '25%', replicas, 'down');
  // When both come to 0, one pod is away after all.
  if ((surge === 0 && away === 0 ? 1 : away) >= replicas)
    return `maxUnavailable ${shown(at(rollingUpdate, 'maxUnavailable') ?? '25%')}, maxSurge ${shown(at(rollingUpdate, 'maxSurge') ?? '25%')}`;
  const claim = replicas === 1 ? singleClaim(spec, id, comparison) : undefined;
  return claim === undefined
    ? undefined
    : `claim ${claim} can be mounted on one node only: a new pod on another node waits for the old one`;
}

/** A claim of the pods that one node alone, or one pod alone, may mount. */
function singleClaim(spec: Workload['spec'], id: Workload['id'], comparison: Comparison): string | undefined {
  const claims = objectsBeside(comparison, 'after', id, 'PersistentVolumeClaim');
  return mapsAt(spec, 'volumes')
    .map((volume) => at(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => typeof name === 'string')
    .find((name) => {
      const claim = claims.find((one) => one.id.name === name);
      const modes = textsAt(claim?.object, 'spec', 'accessModes');
      return (
        modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')
      );
    });
}

function shutdownHits({ before, after }: ObjectChange): readonly RiskHit[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (old === undefined || now === undefined) return [];
  const [long, short] = [old, now].map(({ spec }) => Number(spec[GRACE] ?? 30));
  const grace =
    (short ?? 0) < (long ?? 0)
      ? [{ field: fieldIn(now.property, GRACE), what: `${GRACE} ${fromTo(long, short)}` }]
      : [];
  const had = new Map(
    containersOf(old.spec).map(({ name, container }) => [name, at(container, 'lifecycle', 'preStop')]),
  );
  const hooks = containersOf(now.spec)
    .filter(
      ({ name, container }) =>
        had.get(name) !== undefined && at(container, 'lifecycle', 'preStop') === undefined,
    )
    .map(({ name, list }) => ({
      field: fieldIn(now.property, list, { name }, 'lifecycle', 'preStop'),
      what: `container ${name}: preStop is gone`,
    }));
  return [...grace, ...hooks];
}

/** @param isMeant - given the seconds until a failure is noticed, before and after */
function probeHits(
  { before, after }: ObjectChange,
  isMeant: (old: number | undefined, now: number | undefined, key: string) => boolean,
  text: string,
): readonly RiskHit[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (old === undefined || now === undefined) return [];
  const had = new Map(containersOf(old.spec).map(({ name, container }) => [name, container]));
  return containersOf(now.spec).flatMap(({ name, list, container }) =>
    PROBES.flatMap((key): RiskHit[] => {
      const former = had.get(name);
      const [late, later] = [noticedIn(former?.[key]), noticedIn(container[key])];
      if (former === undefined || !isMeant(late, later, key)) return [];
      const times = later === undefined ? '' : `, ${String(late)} s -> ${String(later)} s`;
      return [
        {
          field: fieldIn(now.property, list, { name }, key),
          what: `container ${name}: ${key} ${text}${times}`,
        },
      ];
    }),
  );
}

/** Seconds until a probe has failed for good: kubernetes/kubernetes@v1.36.3:pkg/apis/core/v1/defaults.go, SetDefaults_Probe. */
function noticedIn(probe: unknown): number | undefined {
  if (probe === undefined || probe === null) return undefined;
  return Number(at(probe, 'periodSeconds') ?? 10) * Number(at(probe, 'failureThreshold') ?? 3);
}

const GRACE = 'terminationGracePeriodSeconds';
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
