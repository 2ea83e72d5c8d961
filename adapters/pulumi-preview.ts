import { isAbsolute, join } from 'node:path';
import type { ColumnAnswer } from '../lib/diff/column';
import { pulumiSays } from '../lib/diff/columns/pulumi-says';
import type { PulumiPreview } from '../lib/diff/columns/pulumi-preview';
import { readPulumiPreview } from '../lib/diff/columns/read-pulumi-preview';
import type { Comparison } from '../lib/diff/comparison';
import { K3stackError } from '../lib/errors';
import { printable } from '../lib/rules/violation';
import { reason } from './preview/reason';
import { readTextFile } from './text-file';

/** What Pulumi says of one comparison. */
export interface PulumiPreviewFile {
  readonly comparison: Comparison;

  /** The one of the environment's clusters that it is of. @default - all of them */
  readonly cluster?: string;

  /** What `pulumi preview --json` wrote, as the user names it. */
  readonly file: string;
}

/** Reads Pulumi's own previews beside what is compared. A file that cannot be used fails its part, never the report. */
export function pulumiColumn(files: readonly PulumiPreviewFile[], cwd: string): ColumnAnswer {
  const read = files.map((each) => readFile(each, cwd));
  const says = new Map(read.flatMap((each) => [...each.says]));
  const failures = read.flatMap(({ failed }) => failed ?? []);
  if (failures.length === read.length && failures.length > 0)
    return { ...COLUMN, notes: [], says, failed: failures.join('; ') };
  const notes = read.flatMap(({ notes, failed }) =>
    failed === undefined ? notes : [`could not be read: ${failed}`],
  );
  return { ...COLUMN, notes, says };
}

interface Read {
  readonly says: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  readonly failed?: string;
}

function readFile({ comparison, cluster, file }: PulumiPreviewFile, cwd: string): Read {
  const name = [comparison.environment, cluster].filter((part) => part).join('/');
  const named = (text: string): string => (name === '' ? text : `${name}: ${text}`);
  try {
    const preview = readPulumiPreview(textOf(file, cwd), file);
    const { says, notes } = pulumiSays(comparison, withPlainErrors(preview, cwd), cluster);
    return { says, notes: notes.map(named) };
  } catch (error) {
    if (!(error instanceof K3stackError)) throw error;
    return { says: new Map(), notes: [], failed: named(printable(error.message)) };
  }
}

function textOf(file: string, cwd: string): string {
  const unusable = (problem: string): K3stackError =>
    new K3stackError(
      'UNUSABLE_PULUMI_PREVIEW',
      `${file} ${problem}; write it with: pulumi preview --json > FILE`,
    );
  let text: string | undefined;
  try {
    text = readTextFile(isAbsolute(file) ? file : join(cwd, file), {
      folder: unusable,
      size: { limit: LIMIT, refusal: () => unusable('is larger than 100 MB') },
    });
  } catch (error) {
    if (error instanceof K3stackError) throw error;
    throw unusable(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
  if (text === undefined) throw unusable('is not there');
  return text;
}

/** Without stacks and places of the machine that it ran on. */
function withPlainErrors(preview: PulumiPreview, cwd: string): PulumiPreview {
  const errors = preview.errors.map((error) => {
    const lines = reason(error, [cwd]).split('\n');
    const told = lines.filter((line) => !/^\s+at /.test(line)).map((line) => line.trim());
    const text = told.join(' ').replaceAll(/(?:\/[\w.@+-]+){2,}\//g, '…/');
    return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} …`;
  });
  return { ...preview, errors: [...new Set(errors.map(printable))] };
}

const COLUMN = { id: 'pulumi', title: 'Pulumi' } as const;

/** Bytes: ten times what a stack of 3,000 objects comes to. */
const LIMIT = 100_000_000;

/** Characters of an error. */
const LONGEST = 300;
