import { HiddenValue, marksIn } from '../../hidden-value';
import { isMeant, type ComparedObject, type ObjectChange } from '../../object-change';
import type { Comparison } from '../../comparison';
import { listOf, recordOf } from '../../../rules/object-needs-made';
import { placeOf, containersOf, WORKLOAD_KINDS, workloadOf } from '../workload-pods';
import type { RiskHit, RiskRule } from '../risk-rule';
import { counted, fieldIn, mapsAt } from '../rule-text';

/** What is odd about a change as a whole, or about what it writes down. */
export const changeSetRules: readonly RiskRule[] = [
  {
    id: 'secret-in-plain-sight',
    level: 'caution',
    on: 'object',
    kinds: ['ConfigMap', ...WORKLOAD_KINDS],
    title: 'Something that looks like a secret stands in plain sight',
    reason: 'Who may read the manifests, the repository or the object can use it.',
    onApply: 'It is stored unencrypted and shown by kubectl get -o yaml.',
    fix: 'Take it back, put it into a Secret and refer to that; in a repository it is known already, so make a new one.',
    source: 'lib/diff/secret-looking.ts; https://kubernetes.io/docs/concepts/configuration/secret/',
    check: (change) => secretHits(change),
  },
  {
    id: 'large-change',
    level: 'caution',
    on: 'environment',
    title: 'A large change',
    reason: 'Nobody reads so much with the same care, and a roll-back undoes all of it.',
    onApply: 'All of it at once, in the order of the files.',
    fix: 'Split it by application, or apply it to one environment first.',
    source: 'home-operations/konflate@51868e1:internal/diff/lint.go, largeChangeSet',
    check: (comparison) => {
      const changes = comparison.changes.filter(isMeant);
      const apps = new Set(changes.map((change) => appOf(change)).filter((app) => app !== undefined));
      if (changes.length < MANY_OBJECTS && apps.size < MANY_APPS) return [];
      return [
        {
          subject: { type: 'cluster', cluster: clusterOf(comparison) },
          what: `${counted(changes.length, 'object')}${apps.size === 0 ? '' : ` of ${counted(apps.size, 'application')}`}`,
        },
      ];
    },
  },
];

/** Keys of values that are hidden now, and that were not there or not hidden before. */
function secretHits({ before, after }: ObjectChange): readonly RiskHit[] {
  if (after === undefined) return [];
  const had = new Map(before === undefined ? [] : hiddenIn(before).map(({ field, value }) => [field, value]));
  return hiddenIn(after)
    .filter(({ field, value }) => had.get(field) !== value)
    .map(({ field, what }) => ({ field, what }));
}

interface Hidden {
  readonly field: string;
  readonly what: string;

  /** What is hidden there, to tell it from what was. */
  readonly value: HiddenValue | string;
}

function hiddenIn(compared: ComparedObject): readonly Hidden[] {
  const workload = workloadOf(compared);
  if (workload === undefined)
    return ['data', 'binaryData'].flatMap((part) =>
      Object.entries(recordOf(compared.object[part])).flatMap(([key, text]): Hidden[] => {
        const value = hiddenOf(text);
        return value === undefined ? [] : [{ field: fieldIn(part, key), what: `key ${key}`, value }];
      }),
    );
  return containersOf(workload.spec).flatMap(({ name, list, container }) => {
    const field = (...rest: Parameters<typeof fieldIn>) =>
      fieldIn(workload.property, list, { name }, ...rest);
    return [
      ...mapsAt(container, 'env').flatMap((variable): Hidden[] => {
        const called = String(variable['name']);
        const value = hiddenOf(variable['value']);
        if (value === undefined) return [];
        const what = `env ${called} of container ${name}`;
        return [{ field: field('env', { name: called }, 'value'), what, value }];
      }),
      ...['command', 'args'].flatMap((words) =>
        listOf(container[words]).flatMap((word, index): Hidden[] => {
          const value = hiddenOf(word);
          if (value === undefined) return [];
          return [{ field: field(words, index), what: `${words} of container ${name}`, value }];
        }),
      ),
    ];
  });
}

/** `undefined` where nothing is hidden. */
function hiddenOf(value: unknown): Hidden['value'] | undefined {
  if (value instanceof HiddenValue) return value;
  return (typeof value === 'string' && marksIn(value)) || undefined;
}

/** What an object belongs to, by the labels that Kubernetes recommends; `undefined` where none says. */
function appOf({ before, after }: ObjectChange): string | undefined {
  const compared = after ?? before;
  const labels = recordOf(compared?.object.metadata?.labels);
  const name = LABELS.map((label) => labels[label]).find((value) => typeof value === 'string');
  return name === undefined || compared === undefined ? undefined : `${placeOf(compared.id)}|${name}`;
}

/** Empty where the objects belong to no cluster. */
function clusterOf({ changes }: Comparison): string {
  return changes.find(({ id }) => id.cluster !== undefined)?.id.cluster ?? '';
}

/** Bounds of konflate. */
const MANY_APPS = 10;
const MANY_OBJECTS = 60;
const LABELS = [
  'app.kubernetes.io/instance',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/name',
  'app',
  'k8s-app',
];
