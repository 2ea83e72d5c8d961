import { bytesOf, coresOf, isQuantity } from '../../../cluster/quantity';
import type { RiskHit } from '../risk-rule';
import { at, fieldIn, mapsAt, plain } from '../rule-text';
import { containersOf, type Container, type Workload } from '../workload-pods';

/** Requests that are larger than their limit. */
export function requestProblems({ spec, property }: Workload): readonly RiskHit[] {
  return containersOf(spec).flatMap(({ name, list, container }) =>
    RESOURCES.flatMap((resource): RiskHit[] => {
      const [asked, limit] = ['requests', 'limits'].map((part) => {
        const amount = at(container, 'resources', part, resource);
        const text = typeof amount === 'number' ? String(amount) : amount;
        return isQuantity(text) ? text : undefined;
      });
      if (asked === undefined || limit === undefined) return [];
      if (amountOf(resource, asked) <= amountOf(resource, limit)) return [];
      return [
        {
          field: fieldIn(property, list, { name }, 'resources', 'requests', resource),
          what: `container ${name}: ${resource} request ${asked}, limit ${limit}`,
        },
      ];
    }),
  );
}

/** What of a pod the API server refuses, although each field fits its schema. */
export function podProblems(workload: Workload): readonly RiskHit[] {
  const { spec, property, id } = workload;
  const volumes = mapsAt(spec, 'volumes');
  const policy = spec['restartPolicy'] ?? 'Always';
  return [
    ...repeated(containersOf(spec).map(({ name }) => name)).map((name) => ({
      field: fieldIn(property, 'containers', { name }),
      what: `two containers are called ${name}`,
    })),
    ...repeated(volumes.map((volume) => plain(volume['name'], ''))).map((name) => ({
      field: fieldIn(property, 'volumes', { name }),
      what: `two volumes are called ${name}`,
    })),
    ...volumes
      .filter(
        (volume) =>
          Object.values(volume).filter((part) => typeof part === 'object' && part !== null).length > 1,
      )
      .map((volume) => ({
        field: fieldIn(property, 'volumes', { name: plain(volume['name'], '') }),
        what: `volume ${plain(volume['name'], '')} is of two kinds`,
      })),
    ...(LASTING.includes(id.kind) && policy !== 'Always'
      ? [
          {
            field: fieldIn(property, 'restartPolicy'),
            what: `restartPolicy ${plain(policy, '')} of a ${id.kind}`,
          },
        ]
      : []),
    ...containersOf(spec).flatMap((container) => containerProblems(container, workload)),
  ];
}

function containerProblems({ name, list, container }: Container, workload: Workload): readonly RiskHit[] {
  const field = (...rest: Parameters<typeof fieldIn>): string =>
    fieldIn(workload.property, list, { name }, ...rest);
  const mounts = mapsAt(container, 'volumeMounts');
  const volumes = volumeNames(workload);
  const of = `container ${name}: `;
  return [
    ...mounts
      .filter((mount) => !volumes.has(plain(mount['name'], '')))
      .map((mount) => ({ field: field('volumeMounts'), what: `${of}no volume ${plain(mount['name'], '')}` })),
    ...repeated(mounts.map((mount) => plain(mount['mountPath'], ''))).map((path) => ({
      field: field('volumeMounts'),
      what: `${of}two mounts at ${path}`,
    })),
    ...mapsAt(container, 'env')
      .filter(({ value, valueFrom }) => isThere(value) && isThere(valueFrom))
      .map((variable) => ({
        field: field('env', { name: plain(variable['name'], '') }),
        what: `${of}env ${plain(variable['name'], '')} has value and valueFrom`,
      })),
    ...['livenessProbe', 'startupProbe']
      .filter((probe) => Number(at(container, probe, 'successThreshold') ?? 1) > 1)
      .map((probe) => ({ field: field(probe), what: `${of}successThreshold of a ${probe} has to be 1` })),
    ...(at(container, 'securityContext', 'privileged') === true &&
    at(container, 'securityContext', 'allowPrivilegeEscalation') === false
      ? [{ field: field('securityContext'), what: `${of}privileged without allowPrivilegeEscalation` }]
      : []),
  ];
}

/** Volumes, and those that a StatefulSet makes of its claim templates. */
function volumeNames({ spec, object }: Workload): ReadonlySet<string> {
  return new Set([
    ...mapsAt(spec, 'volumes').map((volume) => plain(volume['name'], '')),
    ...mapsAt(object, 'spec', 'volumeClaimTemplates').map((claim) =>
      plain(at(claim, 'metadata', 'name'), ''),
    ),
  ]);
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => name !== '' && names.indexOf(name) !== index))];
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Without what binary fractions add. */
function amountOf(resource: string, text: string): number {
  return resource === 'cpu' ? Number(coresOf(text).toPrecision(12)) : bytesOf(text);
}

const LASTING = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
