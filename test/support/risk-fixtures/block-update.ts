import { withValueAt } from '../../../lib/kubernetes/object-path';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import type { RiskFixture } from './risk-fixture';

/** Values by path, as `withValueAt` reads it; `undefined` removes one. */
export type Changes = Readonly<Record<string, unknown>>;

/** One update of an object: what is special about it, what changes, and what the rule says; nothing for a near miss. */
export type Update = readonly [
  name: string,
  changes: Changes,
  hits?: readonly string[],
  options?: UpdateOptions,
];

export interface UpdateOptions {
  /** Changes of the object before. @default - none */
  readonly from?: Changes;

  /** Objects that are there on both sides. @default - none */
  readonly beside?: readonly KubernetesObject[];

  /** Minor of both sides; only that of the API server is replayed. @default 1.36 */
  readonly kubernetes?: string;

  /** @default - `refuses` for a hit, `accepts` for a near miss, of the API server's own minor */
  readonly apiServer?: RiskFixture['apiServer'];
}

/** Fixtures of one rule: updates of one object. */
export function updates(
  rule: string,
  object: KubernetesObject,
  ...cases: readonly Update[]
): readonly RiskFixture[] {
  return cases.map(([name, changes, hits = [], options = {}]) => {
    const { from = {}, beside = [], kubernetes = API_SERVER } = options;
    const before = changed(object, from);
    const { apiServer = hits.length > 0 ? 'refuses' : 'accepts' } = options;
    return {
      rule,
      name,
      before: [...beside, before],
      after: [...beside, changed(before, changes)],
      kubernetes: { before: kubernetes, after: kubernetes },
      hits,
      ...(kubernetes === API_SERVER && { apiServer }),
    };
  });
}

/** A copy of an object with values set. @throws Error for a path that leads nowhere */
export function changed(object: KubernetesObject, changes: Changes): KubernetesObject {
  return Object.entries(changes).reduce<KubernetesObject>((state, [path, value]) => {
    const result = withValueAt(state, path, value);
    if ('problem' in result) throw new Error(`${object.kind}: ${result.problem}`);
    return result.data as KubernetesObject;
  }, object);
}

/** Minor of the API server of the API tier. */
export const API_SERVER = '1.36';

/** Namespace of every fixture. */
export const NAMESPACE = 'risks';

/** A pod that the restricted standard takes. */
export const POD = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'web',
      image: 'registry.example.org/web:1.0.0',
      resources: { requests: { cpu: '100m' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};
