import type { Comparison } from './comparison';
import { isMeant, type ComparedObject, type Origin } from './object-change';
import { idText } from './object-id';
import type { LintFinding, PreviewReport } from './report';

/** What checks say of the state after and did not say before, and the other way round; the same in several environments is one. */
export function lintDelta(comparisons: readonly Comparison[]): PreviewReport['lint'] {
  const introduced: LintFinding[] = [];
  const fixed: LintFinding[] = [];
  for (const comparison of comparisons) {
    const [before, after] = [findingsOf(comparison, 'before'), findingsOf(comparison, 'after')];
    introduced.push(...without(after, before));
    fixed.push(...without(before, after));
  }
  return { introduced: merged(introduced), fixed: merged(fixed) };
}

/** Objects that nothing changes for keep their findings, so they are not asked. */
function findingsOf(comparison: Comparison, side: 'before' | 'after'): LintFinding[] {
  const { environment } = comparison;
  const objects = askedObjects(comparison, side);
  return [
    ...objects.flatMap((object) =>
      comparison
        .findings(side, object)
        .map(({ field, rule, problem, fix }) =>
          finding(
            { check: 'schema', rule, subject: idText(object.id), field, problem, fix },
            environment,
            object.origin,
          ),
        ),
    ),
    ...(comparison[side].synthesis?.warnings ?? []).map(({ rule, path, property, problem, fix }) =>
      finding(
        {
          check: 'rule',
          rule,
          subject: withoutEnvironment(path, environment),
          field: property,
          problem,
          fix,
        },
        environment,
        {},
      ),
    ),
  ];
}

/** `synth` holds its objects against the schemas already; another Kubernetes minor concerns every object of other manifests. */
function askedObjects(comparison: Comparison, side: 'before' | 'after'): readonly ComparedObject[] {
  const { before, after, changes } = comparison;
  if (comparison[side].synthesis !== undefined) return [];
  if (before.kubernetes !== after.kubernetes) return comparison[side].objects;
  return changes.filter(isMeant).flatMap((change) => change[side] ?? []);
}

/** So that the same finding in several environments is one. */
function withoutEnvironment(path: string, environment: string): string {
  return path.startsWith(`${environment}/`) ? path.slice(environment.length + 1) : path;
}

type Said = Omit<LintFinding, 'environments' | 'origin'>;

function finding(said: Said, environment: string, origin: Origin): LintFinding {
  return { ...said, environments: [environment], origin };
}

/** The line of a finding may move, so it does not tell one from another. */
function without(all: readonly LintFinding[], known: readonly LintFinding[]): LintFinding[] {
  const keys = new Set(known.map(keyOf));
  return all.filter((each) => !keys.has(keyOf(each)));
}

function merged(all: readonly LintFinding[]): LintFinding[] {
  const found = new Map<string, LintFinding>();
  for (const each of all) {
    const known = found.get(keyOf(each));
    found.set(
      keyOf(each),
      known === undefined
        ? each
        : { ...known, environments: [...new Set([...known.environments, ...each.environments])] },
    );
  }
  return [...found.values()];
}

function keyOf({ check, rule, subject, field = '', problem }: LintFinding): string {
  return JSON.stringify([check, rule, subject, field, problem]);
}
