import type { Construct } from 'constructs';
import { describeValue } from '../../../lib/rules/shape';
import { isDuration, millisecondsOf } from '../../../lib/workloads/duration';
import type { ConstructViolation } from '../../violations';
import { k3sClusterOf } from '../k3s-cluster-of';
import { completeThresholds, thresholdViolations } from './kpi-thresholds';
import type { MetricsProps } from './metrics-settings';
import {
  diskViolations,
  retentionViolations,
  retentionWithoutVolume,
  spaceViolations,
  windowViolations,
} from './store-rules';

/** What is wrong with the props of Metrics, whatever the cluster. */
export function metricsViolations(props: Partial<MetricsProps>): ConstructViolation[] {
  const { retention = '35d', volume = {}, interval = '30s', thresholds = {} } = props;
  const wrong = [
    ...thresholdViolations(thresholds),
    ...retentionViolations(retention, '35d'),
    ...intervalViolations(interval),
    ...(volume === 'scratch' && props.retention !== undefined ? [retentionWithoutVolume(retention)] : []),
  ];
  if (wrong.length > 0) return wrong;
  return windowViolations(retention, completeThresholds(thresholds).uptimeWindow);
}

/** Where sound props do not fit the nodes of the cluster. */
export function metricsWarnings(construct: Construct, props: MetricsProps): ConstructViolation[] {
  const { retention = '35d', volume = {}, interval = '30s' } = props;
  if (volume === 'scratch') return [];
  const { size = '5Gi' } = volume;
  const cluster = k3sClusterOf(construct);
  const nodes = cluster?.modelWithoutFiles().nodes.length ?? 0;
  return [...diskViolations(size, cluster), ...spaceViolations({ retention, interval, size }, nodes)];
}

function intervalViolations(interval: string): ConstructViolation[] {
  const isUsable =
    isDuration(interval) && millisecondsOf(interval) >= 5000 && millisecondsOf(interval) <= 120_000;
  if (isUsable) return [];
  return [
    {
      rule: 'metrics-interval',
      property: 'interval',
      problem: `must be from 5s to 2m, got ${describeValue(interval)}: rules look at five minutes`,
      fix: "write interval: '30s'",
    },
  ];
}
