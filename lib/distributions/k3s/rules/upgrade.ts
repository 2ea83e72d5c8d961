import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';

/** Rules about how nodes are disturbed. */
export const upgradeRules = [
  k3sRule({
    id: 'k3s-max-unavailable',
    title: 'Agents disturbed together are a number from 1, or a percentage',
    reason: 'With none at a time nothing is ever rolled out.',
    source: 'docs/decisions/0004-host-steps.md',
    check: ({ path, props }) => [
      ...maxUnavailableFindings(path, 'upgrade.maxUnavailable', props.upgrade?.maxUnavailable),
      ...Object.entries(props.pools ?? {}).flatMap(([name, pool]) =>
        maxUnavailableFindings(`${path}/pools/${name}`, 'maxUnavailable', pool.maxUnavailable),
      ),
    ],
  }),
  k3sRule({
    id: 'k3s-drain',
    title: 'Waiting is bounded, in whole seconds',
    reason: 'A roll-out would stop at once, or never.',
    source: 'docs/decisions/0004-host-steps.md',
    check: waitFindings,
  }),
];

function maxUnavailableFindings(
  path: string,
  property: string,
  value: number | string | undefined,
): Finding[] {
  if (value === undefined) return [];
  const percent = typeof value === 'string' ? Number(/^(\d+(?:\.\d+)?)%$/.exec(value)?.[1]) : NaN;
  if (typeof value === 'number' ? Number.isInteger(value) && value >= 1 : percent > 0 && percent <= 100)
    return [];
  const problem = `must be a whole number from 1, or a percentage from '1%' to '100%', got ${JSON.stringify(value)}`;
  const meant = typeof value === 'string' && /^\d+$/.test(value) ? value : '1';
  return [{ path, property, problem, fix: `write ${meant}, or '25%'` }];
}

function waitFindings({ path, props }: K3sModel): Finding[] {
  const { drain, healthyFor, gate } = props.upgrade ?? {};
  const timeout = drain === false ? undefined : drain?.timeout;
  const findings: Finding[] = [];
  if (timeout !== undefined && !(Number.isInteger(timeout) && timeout >= 1 && timeout <= 86_400)) {
    findings.push({
      path,
      property: 'upgrade.drain.timeout',
      problem: `must be 1 to 86400 seconds, got ${timeout}`,
      fix: 'write timeout: 300',
    });
  }
  if (healthyFor !== undefined && !(Number.isInteger(healthyFor) && healthyFor >= 0 && healthyFor <= 3600)) {
    findings.push({
      path,
      property: 'upgrade.healthyFor',
      problem: `must be 0 to 3600 seconds, got ${healthyFor}`,
      fix: 'write healthyFor: 10',
    });
  }
  if (gate?.trim() === '') {
    findings.push({
      path,
      property: 'upgrade.gate',
      problem: 'is an empty command',
      fix: "remove it, or write gate: './smoke-test.sh'",
    });
  }
  return findings;
}
