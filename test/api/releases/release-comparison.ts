import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readManifestPair } from '../../../adapters/manifests/read-manifests';
import { loadSchemas } from '../../../adapters/schemas';
import { buildReport } from '../../../lib/diff/build-report';
import { compare } from '../../../lib/diff/compare';
import type { Comparison, ComparisonSide } from '../../../lib/diff/comparison';
import { HiddenValues } from '../../../lib/diff/hidden-value';
import type { InputProblem, PreviewReport } from '../../../lib/diff/report';
import { manifestSide } from '../../../lib/diff/sides';
import type { ManifestDocument, ManifestSet } from '../../../lib/manifests/manifest-document';

/** What two releases ship. */
export interface ReleaseManifests {
  readonly before: readonly ManifestDocument[];
  readonly after: readonly ManifestDocument[];
  readonly problems: readonly InputProblem[];
}

/** Reads the same files and folders of two releases; one may lack some. */
export async function releaseManifests(
  before: string,
  after: string,
  paths: readonly string[],
): Promise<ReleaseManifests> {
  const sets: [ManifestSet, ManifestSet][] = [];
  for (const path of paths) {
    const [old, now] = [join(before, path), join(after, path)];
    if (!existsSync(old) && !existsSync(now)) throw new Error(`neither release has ${path}`);
    sets.push(await readManifestPair(existsSync(old) ? old : NOTHING, existsSync(now) ? now : NOTHING));
  }
  return {
    before: sets.flatMap(([{ documents }]) => documents),
    after: sets.flatMap(([, { documents }]) => documents),
    problems: sets.flatMap(([old, now]) => [...problemsOf('base', old), ...problemsOf('head', now)]),
  };
}

/** Compares the objects of two releases as one environment. */
export function compareReleases({ before, after }: Pick<ReleaseManifests, 'before' | 'after'>): Comparison {
  const hidden = new HiddenValues();
  const [old, now] = [before, after].map((documents) => manifestSide(documents, hidden, KUBERNETES));
  if (old === undefined || now === undefined) throw new Error('two sides make two sides');
  return compareSides(old, now);
}

/** Compares two sides as {@link compareReleases} does. */
export function compareSides(before: ComparisonSide, after: ComparisonSide): Comparison {
  return compare('', before, after, loadSchemas());
}

/** The report of a comparison, as `k3stack diff` makes it. */
export function releaseReport(comparison: Comparison, problems: readonly InputProblem[] = []): PreviewReport {
  return buildReport({
    project: '',
    base: { label: 'before' },
    head: { label: 'after' },
    environments: [{ name: '', state: 'compared', comparison }],
    gate: 'never',
    today: '2026-11-21',
    problems,
  });
}

function problemsOf(side: InputProblem['side'], { problems }: ManifestSet): InputProblem[] {
  return problems.map((problem) => ({ side, ...problem }));
}

/** An empty file. */
const NOTHING = '/dev/null';

/** Minor that the manifests are read for, whatever the newest is. */
const KUBERNETES = '1.34';
