import type { RiskHit } from '../risk-rule';
import { at, mapsAt, plain, shown } from '../rule-text';
import { rangeProblems } from './value-ranges';

/** What of an object the API server refuses, although each field fits its schema. */
export function objectProblems(kind: string, object: unknown): readonly RiskHit[] {
  const spec = at(object, 'spec');
  return [...(PROBLEMS[kind]?.(spec) ?? []), ...rangeProblems(kind, spec)];
}

function servicePorts(spec: unknown): readonly RiskHit[] {
  const ports = mapsAt(spec, 'ports');
  const unnamed = ports.filter(({ name }) => typeof name !== 'string' || name === '');
  const keys = ports.map(({ port, protocol }) => `${plain(port, '')}/${plain(protocol, 'TCP')}`);
  const names = ports.map(({ name }) => plain(name, '')).filter((name) => name !== '');
  return [
    ...(ports.length > 1 && unnamed.length > 0
      ? [{ field: 'spec.ports', what: `one of ${ports.length} ports has no name` }]
      : []),
    ...[...twice(keys), ...twice(names)].map((port) => ({
      field: 'spec.ports',
      what: `port ${port} is there twice`,
    })),
  ];
}

function scalerBounds(spec: unknown): readonly RiskHit[] {
  const [least, most] = [at(spec, 'minReplicas') ?? 1, at(spec, 'maxReplicas')];
  // Fewer than one at most is out of range by itself.
  if (typeof least !== 'number' || typeof most !== 'number' || least <= most || most < 1) return [];
  return [{ field: 'spec.maxReplicas', what: `minReplicas ${least}, maxReplicas ${most}` }];
}

function budgetBounds(spec: unknown): readonly RiskHit[] {
  const isBoth = at(spec, 'minAvailable') !== undefined && at(spec, 'maxUnavailable') !== undefined;
  return isBoth ? [{ field: 'spec', what: 'minAvailable and maxUnavailable are both written' }] : [];
}

function rollingBounds(spec: unknown): readonly RiskHit[] {
  const rolling = at(spec, 'strategy', 'rollingUpdate');
  const [surge, away] = [at(rolling, 'maxSurge'), at(rolling, 'maxUnavailable')];
  const isNone = (value: unknown): boolean => value === 0 || value === '0%';
  return isNone(surge) && isNone(away)
    ? [
        {
          field: 'spec.strategy.rollingUpdate',
          what: `maxSurge ${shown(surge)} and maxUnavailable ${shown(away)}: no pod may be exchanged`,
        },
      ]
    : [];
}

function ingressPaths(spec: unknown): readonly RiskHit[] {
  return mapsAt(spec, 'rules').flatMap((rule) =>
    mapsAt(rule, 'http', 'paths')
      .filter(
        ({ path, pathType }) => pathType !== 'ImplementationSpecific' && !plain(path, '').startsWith('/'),
      )
      .map(({ path }) => ({ field: 'spec.rules', what: `path ${shown(path)} does not begin with /` })),
  );
}

function twice(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

const PROBLEMS: Readonly<Partial<Record<string, (spec: unknown) => readonly RiskHit[]>>> = {
  Service: servicePorts,
  'autoscaling/HorizontalPodAutoscaler': scalerBounds,
  'policy/PodDisruptionBudget': budgetBounds,
  'apps/Deployment': rollingBounds,
  'networking.k8s.io/Ingress': ingressPaths,
};
