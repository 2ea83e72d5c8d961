import type { Finding } from '../../../rules/rule';
import { describeValue } from '../../../rules/shape';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { wholeNumberFindings } from './whole-number';

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
    id: 'k3s-gate',
    title: 'The command after each node is one, without secrets',
    reason: 'It stands in the list of processes, which every user of the machine reads.',
    source: 'docs/secrets-and-late-values.md',
    check: ({ path, props }) => gateFindings(path, props.upgrade?.gate),
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
  const isFine =
    typeof value === 'number'
      ? Number.isInteger(value) && value >= 1 && value <= MOST_UNAVAILABLE
      : percent > 0 && percent <= 100;
  if (isFine) return [];
  const problem = `must be a whole number from 1 to ${MOST_UNAVAILABLE}, or a percentage up to '100%', got ${describeValue(value)}`;
  const meant = typeof value === 'string' && /^[1-9]\d{0,3}$/.test(value) ? value : '1';
  return [{ path, property, problem, fix: `write ${meant}, or '25%'` }];
}

function waitFindings({ path, props }: K3sModel): Finding[] {
  const { drain, healthyFor } = props.upgrade ?? {};
  const timeout = drain === false ? undefined : drain?.timeout;
  return [
    ...wholeNumberFindings({
      path,
      property: 'upgrade.drain.timeout',
      value: timeout,
      least: 1,
      most: 86_400,
      unit: 'seconds',
      example: 300,
    }),
    ...wholeNumberFindings({
      path,
      property: 'upgrade.healthyFor',
      value: healthyFor,
      least: 0,
      most: 3600,
      unit: 'seconds',
      example: 10,
    }),
  ];
}

function gateFindings(path: string, gate: string | undefined): Finding[] {
  const property = 'upgrade.gate';
  if (gate === undefined) return [];
  if (gate.trim() === '') {
    const fix = "remove it, or write gate: './smoke-test.sh'";
    return [{ path, property, problem: 'is an empty command', fix }];
  }
  if (gate.includes('\0'))
    return [{ path, property, problem: 'holds a NUL character', fix: "write gate: './smoke-test.sh'" }];
  if (!gate.includes('«secret:')) return [];
  const problem = 'holds a secret, and a command line is no place for one';
  return [{ path, property, problem, fix: 'let the command read it, from a file or its environment' }];
}

const MOST_UNAVAILABLE = 10_000;
