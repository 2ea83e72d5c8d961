import { bytesOf, memoryText } from '../../../lib/cluster/quantity';
import { millisecondsOf } from '../../../lib/workloads/duration';
import { withExamples } from '../../../lib/late';
import { describeValue } from '../../../lib/rules/shape';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import type { ConstructViolation } from '../../violations';

const RULE = 'observability-store';

/** Days of a retention such as `35d`, `8w` or `1y`; `undefined` for other text. */
export function retentionDays(retention: string): number | undefined {
  const [, number = '', unit = ''] = /^([1-9]\d{0,3})([dwy])$/.exec(withExamples(retention)) ?? [];
  return unit === '' ? undefined : Number(number) * { d: 1, w: 7, y: 365 }[unit as 'd' | 'w' | 'y'];
}

export function retentionViolations(retention: string, usual: string): ConstructViolation[] {
  if (retentionDays(retention) !== undefined) return [];
  return [
    {
      rule: RULE,
      property: 'retention',
      problem: `must be whole days, weeks or years, got ${describeValue(retention)}`,
      fix: `write retention: '${usual}'`,
    },
  ];
}

/** What is kept for a while has to outlive its pod. */
export function retentionWithoutVolume(retention: string): ConstructViolation {
  return {
    rule: RULE,
    property: 'retention',
    problem: `is ${describeValue(retention)}, and volume: 'scratch' is empty again with every new pod`,
    fix: "remove volume: 'scratch', or retention",
  };
}

/** The window of a KPI must lie within what is kept. */
export function windowViolations(retention: string, window: string): ConstructViolation[] {
  const days = retentionDays(retention);
  const asked = millisecondsOf(window) / 86_400_000;
  if (days === undefined || asked <= days) return [];
  return [
    {
      rule: RULE,
      property: 'thresholds.uptimeWindow',
      problem: `is ${window}, and metrics are kept for ${retention}`,
      fix: `write retention: '${Math.ceil(asked) + 5}d', or a window of ${days}d or less`,
    },
  ];
}

/** A claim that no node can give, when the program says what disks there are. */
export function diskViolations(size: string, cluster: K3sCluster | undefined): ConstructViolation[] {
  const nodes = cluster?.modelWithoutFiles().nodes ?? [];
  const disks = nodes.map(({ settings }) => settings.capacity?.disk);
  if (nodes.length === 0 || disks.some((disk) => disk === undefined)) return [];
  const largest = Math.max(...disks.map((disk) => bytesOf(disk ?? '0')));
  if (bytesOf(withExamples(size)) <= largest) return [];
  return [
    {
      rule: RULE,
      property: 'volume.size',
      problem: `is ${size}, and the largest disk of a node has ${memoryText(largest)}`,
      fix: 'write a smaller size and retention, or a storageClass that is not on the nodes',
      blocks: 'nothing',
    },
  ];
}

/**
 * Whether the claim holds what is collected in the time, with a fifth left free for merges
 * (VictoriaMetrics/VictoriaMetrics@v1.150.0:docs/victoriametrics/README.md, Storage).
 */
export function spaceViolations(
  {
    retention,
    interval,
    size,
  }: { readonly retention: string; readonly interval: string; readonly size: string },
  nodes: number,
): ConstructViolation[] {
  const days = retentionDays(retention);
  if (days === undefined || nodes === 0) return [];
  const samples = ((days * 86_400_000) / millisecondsOf(interval)) * SERIES_PER_NODE * nodes;
  const needed = (samples * BYTES_PER_SAMPLE) / 0.8;
  if (needed <= bytesOf(withExamples(size))) return [];
  return [
    {
      rule: RULE,
      property: 'volume.size',
      problem: `is ${size}, and ${nodes} nodes fill about ${memoryText(needed)} in ${retention}`,
      fix: `write size: '${Math.ceil(needed / 2 ** 30)}Gi', or a shorter retention`,
      blocks: 'nothing',
    },
  ];
}

/** A node with thirty pods: some 450 of node-exporter, 20 a pod of cAdvisor, 40 a pod of kube-state-metrics, and what pods have themselves. */
const SERIES_PER_NODE = 3000;

/** Numbers that hardly change take less than one, random ones 8 (measured). */
const BYTES_PER_SAMPLE = 2;
