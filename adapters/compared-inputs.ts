import { isAbsolute, resolve } from 'node:path';
import type { ComparisonSide } from '../lib/diff/comparison';
import type { HiddenValues } from '../lib/diff/hidden-value';
import { knownObjects } from '../lib/diff/known-objects';
import type { InputProblem } from '../lib/diff/report';
import { manifestSide, synthesisSide } from '../lib/diff/sides';
import type { WrittenWaiver } from '../lib/diff/waivers';
import { K3stackError } from '../lib/errors';
import type { ManifestSet, ReadProblem } from '../lib/manifests/manifest-document';
import { shareObjects } from '../lib/synthesis/share-objects';
import type { Synthesis } from '../lib/synthesis/synthesis';
import { readManifestPair, readManifests, type ReadManifestsOptions } from './manifests/read-manifests';
import { readSyntheses } from './synthesis-file';

/** What two inputs have to compare. */
export interface ComparedInputs {
  readonly environments: readonly ComparedInput[];
  readonly problems: readonly InputProblem[];

  /** Those in comments of the manifests that are to become. */
  readonly waivers: readonly WrittenWaiver[];

  /** What else is to be known of the comparison, a sentence each. */
  readonly notes: readonly string[];
}

/** One environment; the empty name is that of manifests, which belong to none. */
export interface ComparedInput {
  readonly name: string;

  /** @default - only the other input has it */
  readonly before?: ComparisonSide;

  /** @default - only the other input has it */
  readonly after?: ComparisonSide;
}

/** How inputs are read. */
export interface ComparedInputsOptions extends ReadManifestsOptions {
  /** Working directory. */
  readonly cwd: string;
  readonly hidden: HiddenValues;

  /** Kubernetes minor of manifests. @default - the newest that is known */
  readonly kubernetes?: string;

  /** Environments to compare. @default - all */
  readonly environments?: readonly string[];
}

/**
 * Reads two inputs that are to be compared: what `synth` wrote (a `dist` folder, one environment of it, a `synthesis.json`), or manifests (a
 * folder, a file, `-` for standard input).
 *
 * @throws K3stackError `NO_INPUT`, `INVALID_SYNTHESIS`, `UNKNOWN_ENVIRONMENT`, and those of reading manifests.
 */
export async function readComparedInputs(
  before: string,
  after: string,
  options: ComparedInputsOptions,
): Promise<ComparedInputs> {
  const [old, now] = [before, after].map((input) => synthesesOf(input, options));
  if (old !== undefined && now !== undefined)
    return { environments: paired(old, now, options), problems: [], waivers: [], notes: [] };
  if (old === undefined && now === undefined) return readManifestInputs(before, after, options);
  return readMixedInputs([before, old], [after, now], options);
}

type Syntheses = ReadonlyMap<string, Synthesis>;

function synthesesOf(
  input: string,
  { cwd, environments = [] }: ComparedInputsOptions,
): Syntheses | undefined {
  const all = input === '-' ? undefined : readSyntheses(absolute(cwd, input));
  if (all === undefined || environments.length === 0) return all;
  return new Map([...all].filter(([name]) => environments.includes(name)));
}

function paired(
  before: Syntheses,
  after: Syntheses,
  { hidden, environments = [] }: ComparedInputsOptions,
): ComparedInput[] {
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const unknown = environments.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new K3stackError(
      'UNKNOWN_ENVIRONMENT',
      `neither input has an environment '${unknown}'; write one that was synthesized`,
    );
  return names.map((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    return {
      name,
      ...(old && { before: synthesisSide(now === undefined ? old : shareObjects(old, now), hidden) }),
      ...(now && { after: synthesisSide(now, hidden) }),
    };
  });
}

async function readManifestInputs(
  before: string,
  after: string,
  options: ComparedInputsOptions,
): Promise<ComparedInputs> {
  const { cwd, hidden, kubernetes, environments = [] } = options;
  if (environments.length > 0)
    throw new K3stackError(
      'UNKNOWN_ENVIRONMENT',
      `manifests belong to no environment, got '${environments.join(', ')}'; leave --env out`,
    );
  const [old, now] = await readManifestPair(absolute(cwd, before), absolute(cwd, after), options);
  const all = {
    before: manifestSide(old.documents, hidden, kubernetes),
    after: manifestSide(now.documents, hidden, kubernetes),
  };
  const known = {
    before: knownObjects(all.before, all.after, now),
    after: knownObjects(all.after, all.before, old),
  };
  return {
    environments: [{ name: '', ...known }],
    problems: [...problemsOf('base', old), ...problemsOf('head', now)],
    waivers: now.waivers,
    notes: unknownNotes(countOf(all) - countOf(known)),
  };
}

/** One side is a synthesis, as of a program that takes over what another tool rendered: its objects alone are compared. */
async function readMixedInputs(
  [before, old]: readonly [string, Syntheses | undefined],
  [after, now]: readonly [string, Syntheses | undefined],
  options: ComparedInputsOptions,
): Promise<ComparedInputs> {
  const { cwd, hidden } = options;
  const [input, syntheses] = old === undefined ? [after, now] : [before, old];
  const [synthesis, ...others] = [...(syntheses ?? new Map<string, Synthesis>()).values()];
  if (synthesis === undefined || others.length > 0) {
    throw new K3stackError(
      'NO_INPUT',
      `'${input}' has ${others.length + 1} environments, and the other input is manifests of one; name the folder of one environment, or add --env`,
    );
  }
  const { objects, kubernetes } = synthesisSide(synthesis, hidden);
  const side: ComparisonSide = { objects, kubernetes };
  const set = await readManifests(absolute(cwd, old === undefined ? before : after), options);
  const manifests = manifestSide(set.documents, hidden, kubernetes);
  const known = knownObjects(side, manifests, set);
  const sides = old === undefined ? { before: manifests, after: known } : { before: known, after: manifests };
  return {
    environments: [{ name: synthesis.environment, ...sides }],
    problems: problemsOf(old === undefined ? 'base' : 'head', set),
    waivers: old === undefined ? [] : set.waivers,
    notes: unknownNotes(manifests.objects.length + objects.length - countOf(sides)),
  };
}

function countOf({ before, after }: Pick<Required<ComparedInput>, 'before' | 'after'>): number {
  return before.objects.length + after.objects.length;
}

function unknownNotes(count: number): string[] {
  if (count === 0) return [];
  return [
    `Whether ${count === 1 ? '1 object comes or goes' : `${count} objects come or go`}: only one side has ${count === 1 ? 'it' : 'them'}, and the other could not be read as a whole.`,
  ];
}

function problemsOf(side: InputProblem['side'], { problems }: ManifestSet): InputProblem[] {
  return problems.map((problem: ReadProblem) => ({ side, ...problem }));
}

function absolute(cwd: string, input: string): string {
  return input === '-' || isAbsolute(input) ? input : resolve(cwd, input);
}
