/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports --
   A source is loaded when it is asked, as commands are. */
import type { ReportedEnvironment } from '../../lib/diff/build-report';
import type { ColumnAnswer } from '../../lib/diff/column';
import type { Comparison } from '../../lib/diff/comparison';
import type { HiddenValues } from '../../lib/diff/hidden-value';
import type { KubernetesSchemas } from '../../lib/kubernetes/schema';
import type { OptionDefinition, OptionValues } from '../command';
import { UsageError } from '../report-error';
import { environmentValues, type EnvironmentValue, type KnownEnvironment } from './environment-values';

/** Options that ask other sources about the same change. */
export const columnOptions = {
  kubeconfig: {
    kind: 'list',
    value: '[env=]file',
    help: 'Ask a live cluster too, as a dry run on the server: what it would change, and what it refuses',
    suggest: 'files',
  },
  context: {
    kind: 'list',
    value: '[env=]name',
    help: 'Context of the kubeconfig (default: its current one)',
  },
  'pulumi-preview': {
    kind: 'list',
    value: '[env=]file',
    help: 'Put what pulumi preview --json wrote beside it, and say where it disagrees',
    suggest: 'files',
  },
} as const satisfies Record<string, OptionDefinition>;

/** With what other sources are asked. */
export interface AskedColumnsContext {
  /** Working directory. */
  readonly cwd: string;
  readonly schemas: KubernetesSchemas;

  /** Those of the comparisons. */
  readonly hidden: HiddenValues;
}

/** Asks the sources that the options name; none of them can fail the report. @throws UsageError for options that fit no environment */
export async function askedColumns(
  environments: readonly ReportedEnvironment[],
  options: ColumnOptions,
  context: AskedColumnsContext,
): Promise<ColumnAnswer[]> {
  const { kubeconfig, context: contexts, 'pulumi-preview': previews } = options;
  if (contexts.length > 0 && kubeconfig.length === 0) throw new UsageError('--context needs --kubeconfig');
  const columns = [
    ...(kubeconfig.length > 0 ? [await askedClusters(environments, options, context)] : []),
    ...(previews.length > 0 ? [readPreviews(environments, previews, context.cwd)] : []),
  ];
  return columns.map(({ written, column }) => withRest(column, written, environments));
}

/** A column and the values of the option that it is made from. */
interface AskedColumn {
  readonly column: ColumnAnswer;
  readonly written: readonly EnvironmentValue[];
}

/** Says about which environments nobody was asked. */
function withRest(
  column: ColumnAnswer,
  written: readonly EnvironmentValue[],
  environments: readonly ReportedEnvironment[],
): ColumnAnswer {
  const rest = environments
    .filter(({ comparison }) => comparison !== undefined && comparison.changes.length > 0)
    .map(({ name }) => name)
    .filter((name) => written.every(({ environment }) => environment !== name));
  return rest.length === 0
    ? column
    : { ...column, notes: [...column.notes, `not asked about: ${rest.join(', ')}`] };
}

type ColumnOptions = OptionValues<typeof columnOptions>;

async function askedClusters(
  environments: readonly ReportedEnvironment[],
  { kubeconfig, context: contexts }: ColumnOptions,
  context: AskedColumnsContext,
): Promise<AskedColumn> {
  const { liveColumn } =
    require('../../adapters/live-cluster/live-column') as typeof import('../../adapters/live-cluster/live-column');
  const known = environments.map(knownEnvironment);
  const chosen = environmentValues('context', contexts, known);
  const written = environmentValues('kubeconfig', kubeconfig, known);
  const clusters = placed(written, environments).map(({ comparison, cluster, value }) => ({
    comparison,
    kubeconfig: value,
    ...(cluster !== undefined && { cluster }),
    ...contextOf(chosen, comparison.environment, cluster),
  }));
  assertOneCluster(known, clusters);
  return { written, column: await liveColumn(clusters, context) };
}

function readPreviews(
  environments: readonly ReportedEnvironment[],
  files: readonly string[],
  cwd: string,
): AskedColumn {
  const { pulumiColumn } =
    require('../../adapters/pulumi-preview') as typeof import('../../adapters/pulumi-preview');
  const written = environmentValues('pulumi-preview', files, environments.map(knownEnvironment));
  const previews = placed(written, environments).map(({ value, ...rest }) => ({ ...rest, file: value }));
  return { written, column: pulumiColumn(previews, cwd) };
}

type Placed = Omit<EnvironmentValue, 'environment'> & { readonly comparison: Comparison };

/** An environment that cannot be rendered has nothing to ask about. */
function placed(values: readonly EnvironmentValue[], environments: readonly ReportedEnvironment[]): Placed[] {
  const compared = new Map(environments.map(({ name, comparison }) => [name, comparison]));
  return values.flatMap(({ environment, ...rest }) => {
    const comparison = compared.get(environment);
    return comparison === undefined ? [] : [{ ...rest, comparison }];
  });
}

function contextOf(
  chosen: readonly EnvironmentValue[],
  environment: string,
  cluster: string | undefined,
): { readonly context?: string } {
  const own = chosen.filter((each) => each.environment === environment);
  const found =
    own.find((each) => each.cluster === cluster) ?? own.find((each) => each.cluster === undefined);
  return found === undefined ? {} : { context: found.value };
}

function knownEnvironment({ name, comparison }: ReportedEnvironment): KnownEnvironment {
  const sides = [comparison?.before, comparison?.after];
  const clusters = sides.flatMap((side) => side?.synthesis?.clusters ?? []).map((cluster) => cluster.name);
  const distinct = [...new Set(clusters)];
  return { name, clusters: distinct.length > 1 ? distinct : [] };
}

/** One kubeconfig cannot stand for several clusters. */
function assertOneCluster(
  known: readonly KnownEnvironment[],
  asked: readonly { readonly comparison: Comparison; readonly cluster?: string }[],
): void {
  const wrong = known
    .filter(({ clusters }) => clusters.length > 0)
    .find(({ name }) =>
      asked.some(({ comparison, cluster }) => comparison.environment === name && cluster === undefined),
    );
  if (wrong === undefined) return;
  const { name, clusters } = wrong;
  throw new UsageError(
    `the environment '${name}' has the clusters ${clusters.join(', ')}; write --kubeconfig ${name}/${clusters[0]}=FILE`,
  );
}
