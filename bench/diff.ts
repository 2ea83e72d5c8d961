import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loadSchemas } from '../adapters/schemas';
import { Environment } from '../constructs/environment';
import { synthesize } from '../constructs/synthesis/synthesize';
import type { KubernetesObject, Synthesis } from '../lib/synthesis/synthesis';
import { toYaml } from '../lib/yaml';
import type { Line } from './budget';
import { addCharts } from './charts';
import { dyffBinary } from './dyff';
import { type ManifestSets, writeManifestSets } from './manifest-sets';
import { median, paired } from './measure';
import { benchPullRequest } from './pull-request';
import { type Usage, usage } from './usage';

const CLI = resolve('build/cli/main.js');

/**
 * `k3stack diff` as a whole process against `dyff between`, on the same objects, and `k3stack preview`. Without Go to build dyff with, its lines
 * count as broken.
 */
export function benchDiff(): Line[] {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-bench-'));
  try {
    const dyff = dyffBinary();
    const large = writeManifestSets(folder, 10_000);
    return [
      againstDyff(
        'diff of two sets of 10,000 objects, files to Markdown, against dyff',
        1,
        dyff,
        large,
        large,
      ),
      ofSyntheses(folder, dyff),
      growth(large, writeManifestSets(folder, 1_000)),
      benchPullRequest(),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ours reads `files`, dyff `streams` of the same objects. */
function againstDyff(
  what: string,
  atMost: number,
  dyff: string | undefined,
  files: ManifestSets,
  streams: ManifestSets,
): Line {
  if (dyff === undefined)
    return {
      what,
      atMost,
      ratio: Number.POSITIVE_INFINITY,
      figures: 'not measured: go builds dyff, and is not installed',
    };
  const { a, b } = paired(
    5,
    () => ours(files),
    () => usage([dyff, 'between', streams.before, streams.after]),
  );
  const [mine, theirs] = [middle(a), middle(b)];
  return {
    what,
    atMost,
    ratio: mine.seconds / theirs.seconds,
    figures: `ours ${shown(mine)}; dyff ${shown(theirs)} (whole processes)`,
  };
}

/** Exits with 2 for changes and with 3 for a risk that blocks. */
function ours({ before, after }: ManifestSets): Usage {
  return usage([process.execPath, CLI, 'diff', before, after, '--format', 'md'], [2, 3]);
}

/** Two syntheses of 3,000 objects, of which one Deployment of 33 differs; dyff reads the objects as YAML. */
function ofSyntheses(folder: string, dyff: string | undefined): Line {
  const [old, now] = [synthesisWith('ghcr.io/acme/shop:1.4.2'), synthesisWith('ghcr.io/acme/shop:1.5.0')];
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const stream = ({ manifests }: Synthesis): string =>
    toYaml(...manifests.flatMap(({ objects }) => objects.map(({ object }) => object)));
  return againstDyff(
    'diff of two syntheses of 3,000 objects, files to Markdown, against dyff on the objects as YAML',
    // The aim was a third. dyff is done in 0.2 s, of which starting Node and loading the rules alone takes more: docs/decisions/0013-reading-manifests.md.
    2.5,
    dyff,
    {
      before: write('before/synthesis.json', synthesisText(old)),
      after: write('after/synthesis.json', synthesisText(now)),
    },
    { before: write('before.yaml', stream(old)), after: write('after.yaml', stream(now)) },
  );
}

/** As `synth` writes it. */
function synthesisText(synthesis: Synthesis): string {
  return `${JSON.stringify(synthesis, undefined, 2)}\n`;
}

/** @param image What one Deployment of 33 runs. */
function synthesisWith(image: string): Synthesis {
  const environment = new Environment('bench');
  addCharts(environment, 1_000);
  const context = { schemas: loadSchemas(), checksum: () => undefined, hostKey: () => undefined };
  const synthesis = synthesize(environment, context);
  const withImage = (object: KubernetesObject): KubernetesObject =>
    JSON.parse(JSON.stringify(object).replaceAll('ghcr.io/acme/shop:1.4.2', image)) as KubernetesObject;
  const manifests = synthesis.manifests.map((file, index) =>
    index % 33 > 0
      ? file
      : { ...file, objects: file.objects.map((one) => ({ ...one, object: withImage(one.object) })) },
  );
  return { ...synthesis, manifests };
}

function growth(large: ManifestSets, small: ManifestSets): Line {
  const { a, b } = paired(
    5,
    () => ours(large),
    () => ours(small),
  );
  const [many, few] = [middle(a), middle(b)];
  return {
    what: 'diff of ten times the objects, 10,000 against 1,000',
    ratio: many.seconds / few.seconds,
    atMost: 10,
    figures: `${shown(many)}; ${shown(few)}`,
  };
}

function middle(runs: readonly Usage[]): Usage {
  const [cpu, memory] = [runs.flatMap((run) => run.cpu ?? []), runs.flatMap((run) => run.mebibytes ?? [])];
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    ...(cpu.length > 0 && { cpu: median(cpu) }),
    ...(memory.length > 0 && { mebibytes: median(memory) }),
  };
}

function shown({ seconds, cpu, mebibytes }: Usage): string {
  const more =
    cpu === undefined || mebibytes === undefined
      ? 'CPU and memory not measured: GNU time is not installed'
      : `${cpu.toFixed(2)} s CPU, ${mebibytes.toFixed(0)} MiB at peak`;
  return `${seconds.toFixed(2)} s, ${more}`;
}
