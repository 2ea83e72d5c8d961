import type { ObjectId } from '../../lib/diff/object-id';
import {
  PREVIEW_SCHEMA,
  type Counts,
  type EnvironmentSummary,
  type ObjectBlock,
  type PreviewReport,
  type Risk,
} from '../../lib/diff/report';
import { sampleHosts, sampleRollouts } from './preview-report-hosts';
import { sampleObjects } from './preview-report-objects';

/** No object and no host. */
export const NO_COUNTS: Counts = { added: 0, changed: 0, removed: 0, renamed: 0, replaced: 0, hosts: 0 };

/** A report in which nothing differs. */
export function emptyReport(changes: Partial<PreviewReport> = {}): PreviewReport {
  return {
    schema: PREVIEW_SCHEMA,
    project: 'shop',
    base: { label: 'origin/main', commit: BASE_COMMIT },
    head: { label: 'working tree', commit: HEAD_COMMIT },
    verdict: {
      level: 'none',
      counts: NO_COUNTS,
      environments: [],
      gated: false,
      gate: 'block',
      incomplete: false,
    },
    environments: [environment('production'), environment('staging')],
    risks: [],
    images: [],
    hosts: [],
    rollouts: [],
    objects: [],
    lint: { introduced: [], fixed: [] },
    waivers: [],
    problems: [],
    folds: {},
    unknowns: [],
    ...changes,
  };
}

/**
 * A report of a pull request that bumps K3s by a minor, shrinks a volume, opens a NetworkPolicy and changes three images in two environments,
 * with everything else that a report can hold.
 */
export function sampleReport(changes: Partial<PreviewReport> = {}): PreviewReport {
  return {
    ...emptyReport(),
    verdict: {
      level: 'block',
      counts: { added: 3, changed: 13, removed: 1, renamed: 1, replaced: 1, hosts: 4 },
      environments: ['production', 'staging', 'lab'],
      gated: true,
      gate: 'block',
      incomplete: true,
    },
    environments: sampleEnvironments(),
    risks: sampleRisks(),
    images: sampleImages(),
    hosts: sampleHosts(),
    rollouts: sampleRollouts(),
    objects: sampleObjects(),
    ...sampleChecks(),
    folds: { quantity: 4, default: 21, 'list-order': 2, 'chart-label': 37, checksum: 6 },
    unknowns: [
      'What admission webhooks and controllers of the cluster change or refuse.',
      'Changes that were made in the cluster by hand since the last deployment.',
    ],
    columns: [
      {
        id: 'live',
        title: 'Live cluster',
        notes: ['1 object differs from what the cluster would make of it'],
      },
      { id: 'pulumi', title: 'Pulumi preview', notes: [], failed: 'no stack is selected' },
    ],
    pictures: [{ environment: 'production', svg: PICTURE }],
    seconds: 2.4,
    ...changes,
  };
}

/** A risk of the sample's kind, to vary. */
export function sampleRisk(changes: Partial<Risk> = {}): Risk {
  return { ...risk('pvc-shrink', 'block', CLAIM, ['production']), ...changes };
}

/** An object that changes in one environment, to vary. */
export function sampleObject(changes: Partial<ObjectBlock> = {}): ObjectBlock {
  return { ...sampleObjects()[0]!, ...changes };
}

function sampleEnvironments(): EnvironmentSummary[] {
  return [
    {
      ...environment('production'),
      counts: { added: 2, changed: 7, removed: 1, renamed: 1, replaced: 1, hosts: 3 },
      levels: { block: 1, high: 3, caution: 2, routine: 3 },
      kubernetes: { before: '1.34', after: '1.35' },
    },
    {
      ...environment('staging'),
      counts: { added: 1, changed: 6, removed: 0, renamed: 0, replaced: 0, hosts: 0 },
      levels: { block: 0, high: 1, caution: 1, routine: 3 },
    },
    {
      ...environment('lab'),
      state: 'base-failed',
      problem: 'environments.ts:14: Property "zone" does not exist on type "LabEnvironment".',
      kubernetes: { after: '1.35' },
      counts: { ...NO_COUNTS, hosts: 1 },
    },
    { ...environment('edge'), state: 'added', kubernetes: { after: '1.35' } },
    { ...environment('demo'), state: 'removed', kubernetes: { before: '1.34' } },
  ];
}

function environment(name: string): EnvironmentSummary {
  return {
    name,
    state: 'compared',
    counts: NO_COUNTS,
    levels: { block: 0, high: 0, caution: 0, routine: 0 },
    kubernetes: { before: '1.35', after: '1.35' },
  };
}

function sampleRisks(): Risk[] {
  return [
    risk('pvc-shrink', 'block', CLAIM, ['production'], {
      title: 'A volume claim shrinks',
      reason: 'A claim can only grow.',
      field: 'spec.resources.requests.storage',
      what: '20Gi -> 10Gi',
      onApply: 'The API server refuses the update; nothing else of this release is applied.',
      fix: 'Keep 20Gi, or make a new claim and copy the data.',
      origin: { path: 'shop/database/data', file: 'src/shop.ts', line: 41 },
    }),
    risk('network-policy-opened', 'high', POLICY, ['production', 'staging'], {
      title: 'A NetworkPolicy lets more in',
      reason: 'Pods that were shielded can be reached.',
      field: 'spec.ingress[0].from',
      what: 'from pods of `shop` -> from everywhere',
      onApply: 'Every pod of the cluster reaches `database` at once.',
      fix: 'Name the pods that need it in `from`.',
      origin: { path: 'shop/database/policy', file: 'src/shop.ts', line: 58 },
    }),
    {
      ...risk('k3s-minor-drain', 'high', CLAIM, ['production'], {
        title: 'K3s goes to the next minor',
        reason: 'Servers are drained one at a time.',
        field: 'version',
        what: 'v1.34.4+k3s1 -> v1.35.4+k3s1',
        onApply: 'server-1, server-2 and server-3 are drained and restart, one after the other.',
        fix: 'Read the release notes of 1.35, and take a snapshot first.',
        origin: { path: 'production/cluster', file: 'environments.ts', line: 12 },
      }),
      subject: { type: 'cluster', cluster: 'main' },
    },
    {
      ...risk('host-disruption', 'high', CLAIM, ['production'], {
        title: 'A host is drained',
        what: 'drained, then K3s restarts',
        origin: { file: 'environments.ts', line: 20 },
      }),
      subject: { type: 'host', cluster: 'main', host: 'server-1' },
    },
    risk('image-major', 'caution', WEB, ['production', 'staging'], {
      title: 'An image goes to another major version',
      field: 'spec.template.spec.containers[name=web].image',
      what: '1.27.5 -> 2.0.1',
      origin: { path: 'shop/web', file: 'src/shop.ts', line: 17 },
      waived: { reason: 'Release 2 was tested on staging for a week', until: '2026-12-31' },
    }),
    risk('secret-key-removed', 'caution', { group: '', kind: 'Secret', namespace: 'shop', name: 'api' }, [
      'production',
    ]),
  ];
}

function risk(
  rule: string,
  level: Risk['level'],
  id: ObjectId,
  environments: readonly string[],
  more: Partial<Risk> = {},
): Risk {
  return {
    rule,
    level,
    title: 'Something to look at',
    reason: 'It was otherwise before.',
    environments,
    subject: { type: 'object', id },
    what: 'it differs',
    onApply: 'It is replaced.',
    fix: 'Look twice.',
    docs: `risks.md#${rule}`,
    origin: {},
    ...more,
  };
}

function sampleImages(): PreviewReport['images'] {
  return [
    {
      image: 'docker.io/library/nginx',
      from: '1.27.5',
      to: '2.0.1',
      step: 'major',
      workloads: ['Deployment shop/web'],
      environments: ['production', 'staging'],
    },
    {
      image: 'ghcr.io/example/api',
      from: '4.2.0@sha256:1111111111111111111111111111111111111111111111111111111111111111',
      to: '4.2.1@sha256:2222222222222222222222222222222222222222222222222222222222222222',
      step: 'patch',
      workloads: ['Deployment shop/api', 'CronJob shop/report'],
      environments: ['production', 'staging'],
    },
    {
      image: 'registry.example.org:5000/cache',
      from: '7.4',
      to: '7.2',
      step: 'downgrade',
      workloads: ['StatefulSet shop/cache'],
      environments: ['staging'],
    },
    { image: 'busybox', to: '1.37', workloads: ['Job shop/migrate'], environments: ['production'] },
    { image: 'alpine', from: '3.20', workloads: ['Job shop/seed'], environments: ['production'] },
  ];
}

function sampleChecks(): Pick<PreviewReport, 'lint' | 'waivers' | 'problems'> {
  return {
    lint: {
      introduced: [
        {
          check: 'policy',
          rule: 'image-digest',
          subject: 'Deployment shop/web',
          field: 'spec.template.spec.containers[name=web].image',
          problem: 'nginx:2.0.1 has no digest',
          fix: 'write nginx:2.0.1@sha256:…',
          environments: ['production', 'staging'],
          origin: { path: 'shop/web', file: 'src/shop.ts', line: 17 },
        },
      ],
      fixed: [
        {
          check: 'schema',
          rule: 'unknown-field',
          subject: 'CronJob shop/report',
          problem: 'spec.jobTemplate.spec.backofLimit is no field of a Job',
          fix: 'write backoffLimit',
          environments: ['production'],
          origin: {},
        },
      ],
    },
    waivers: [
      {
        rule: 'image-major',
        subject: 'Deployment shop/web',
        reason: 'Release 2 was tested on staging for a week',
        until: '2026-12-31',
        state: 'in-force',
        origin: { path: 'shop/web', file: 'src/shop.ts', line: 16 },
      },
      {
        rule: 'probe-removed',
        subject: 'Deployment shop/api',
        reason: 'Until the health endpoint is back',
        until: '2026-03-01',
        state: 'expired',
        origin: {},
      },
      {
        rule: 'replicas-zero',
        subject: 'Deployment shop/web',
        reason: 'Maintenance',
        until: '2026-12-24',
        state: 'unused',
        origin: {},
      },
      {
        rule: 'no-such-rule',
        subject: 'Service shop/web',
        reason: '',
        until: 'soon',
        state: 'invalid',
        problem: 'there is no rule of this name, and "soon" is no date: write 2026-12-31',
        origin: { file: 'src/shop.ts', line: 70 },
      },
    ],
    problems: [
      {
        side: 'head',
        file: 'extra/broken.yaml',
        line: 4,
        column: 7,
        problem: 'a map has the key "name" twice',
        fix: 'remove one of them',
      },
      {
        side: 'base',
        file: 'extra/logo.png',
        problem: 'it is a binary file',
        fix: 'leave it out',
      },
    ],
  };
}

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><title>production</title><rect width="120" height="40" fill="none" stroke="currentColor"/><text x="10" y="25">server-1</text></svg>';

export const BASE_COMMIT = '1f0c2d7be1a94f0e4a3ab1e6a1bb2e5c7d8f9012';
export const HEAD_COMMIT = '9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f20134';

const CLAIM: ObjectId = { group: '', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' };
const POLICY: ObjectId = {
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  namespace: 'shop',
  name: 'database',
};
const WEB: ObjectId = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
