import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { commentedWaivers, WAIVER_MARK, type WrittenWaiver } from '../../lib/diff/waivers';
import { K3stackError } from '../../lib/errors';
import type { ManifestDocument, ManifestSet, ReadProblem } from '../../lib/manifests/manifest-document';
import { ManifestParser } from '../../lib/manifests/manifest-parser';
import { printable } from '../../lib/rules/violation';
import { statIfThere } from '../path-stat';
import { manifestFiles, unreadable } from './manifest-files';
import { manifestText } from './manifest-text';

/** How manifests are read. */
export interface ReadManifestsOptions {
  /**
   * What `-` means.
   *
   * @default - standard input of this process
   */
  readonly stdin?: AsyncIterable<unknown>;

  /**
   * Bytes that one input may have.
   *
   * @default 268435456 - 256 MiB
   */
  readonly limit?: number;
}

/**
 * Reads a folder of manifests, a file, or standard input (`-`).
 *
 * @throws K3stackError `NO_MANIFESTS` when there is no such folder or file, or when it cannot be read.
 */
export function readManifests(input: string, options: ReadManifestsOptions = {}): Promise<ManifestSet> {
  return read(input, options, new ManifestParser());
}

/**
 * Reads two inputs that are to be compared: documents of the same text are the same object on both sides.
 *
 * @throws K3stackError as {@link readManifests}, and when both are standard input.
 */
export async function readManifestPair(
  before: string,
  after: string,
  options: ReadManifestsOptions = {},
): Promise<[ManifestSet, ManifestSet]> {
  if (before === STDIN && after === STDIN)
    throw new K3stackError(
      'NO_MANIFESTS',
      'both inputs are -, and standard input can be read once; name a file for one',
    );
  const parser = new ManifestParser();
  return [await read(before, options, parser), await read(after, options, parser)];
}

async function read(
  input: string,
  options: ReadManifestsOptions,
  parser: ManifestParser,
): Promise<ManifestSet> {
  const reading = new Reading(parser, options.limit ?? LIMIT);
  if (input === STDIN) await reading.stream(options.stdin ?? process.stdin);
  else {
    const stat = statIfThere(input);
    if (stat === undefined)
      throw new K3stackError(
        'NO_MANIFESTS',
        `there is no ${printable(input)}; name a folder of manifests, a file, or -`,
      );
    if (stat.isDirectory()) reading.folder(input);
    else reading.single(input);
  }
  const { documents, problems, ignored, waivers } = reading;
  return { documents, problems, ignored, waivers };
}

/** One input, while it is read. */
class Reading {
  readonly documents: ManifestDocument[] = [];
  readonly problems: ReadProblem[] = [];
  readonly ignored: string[] = [];
  readonly waivers: WrittenWaiver[] = [];
  readonly #parser: ManifestParser;
  readonly #limit: number;
  #size = 0;

  constructor(parser: ManifestParser, limit: number) {
    this.#parser = parser;
    this.#limit = limit;
  }

  async stream(stream: AsyncIterable<unknown>): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Uint8Array | string);
      if (!this.#takes(bytes.length)) return this.#tooLarge(STDIN);
      chunks.push(bytes);
    }
    this.#add(Buffer.concat(chunks), STDIN, true);
  }

  single(file: string): void {
    const name = printable(basename(file));
    try {
      const bytes = this.#read(file);
      if (bytes === undefined) this.#tooLarge(name);
      else this.#add(bytes, name, true);
    } catch (error) {
      const { problem } = unreadable(name, error);
      throw new K3stackError('NO_MANIFESTS', `${name} ${problem}; name one that can be read`, undefined, {
        cause: error,
      });
    }
  }

  folder(folder: string): void {
    const { files, ignored, problems } = manifestFiles(folder);
    this.ignored.push(...ignored.map(printable));
    for (const problem of problems) this.problems.push({ ...problem, file: printable(problem.file) });
    for (const file of files) if (!this.#addFile(folder, file)) break;
    this.ignored.sort();
    this.problems.sort((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file)));
  }

  /** Whether there is room for more. */
  #addFile(folder: string, file: string): boolean {
    const name = printable(file);
    try {
      const bytes = this.#read(join(folder, file));
      if (bytes === undefined) this.#tooLarge(name);
      else this.#add(bytes, name, false);
      return bytes !== undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      this.problems.push(unreadable(name, error));
      return true;
    }
  }

  #add(bytes: Buffer, file: string, isNamed: boolean): void {
    const decoded = manifestText(bytes);
    if ('problem' in decoded) {
      this.problems.push({ file, ...decoded });
      return;
    }
    const { documents, problems, isManifest } = this.#parser.parse(decoded.text, file);
    if (!isManifest && !isNamed) {
      this.ignored.push(file);
      return;
    }
    const objects = documents.map(({ object }) => object);
    for (const waiver of commentedWaivers(withoutTexts(decoded.text, objects), file))
      this.waivers.push(waiver);
    for (const document of documents) this.documents.push(document);
    for (const problem of problems) this.problems.push(problem);
  }

  /** Everything in a file, which may be a pipe; `undefined` for one that does not fit. */
  #read(file: string): Buffer | undefined {
    const descriptor = openSync(file, 'r');
    try {
      const chunks: Buffer[] = [];
      const { size } = fstatSync(descriptor);
      for (;;) {
        const chunk = Buffer.allocUnsafe(size === 0 ? CHUNK : Math.min(size + 1, CHUNK));
        const length = readSync(descriptor, chunk);
        if (length === 0) return Buffer.concat(chunks);
        if (!this.#takes(length)) return undefined;
        chunks.push(chunk.subarray(0, length));
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #takes(bytes: number): boolean {
    this.#size += bytes;
    return this.#size <= this.#limit;
  }

  #tooLarge(file: string): void {
    const mebibytes = Math.floor(this.#limit / 1_048_576);
    this.problems.push({
      file,
      problem: `makes the input larger than ${mebibytes} MiB: neither it nor what comes after it was read`,
      fix: 'compare folders below it one by one',
    });
  }
}

/** Lines that are text of an object, such as a script in a ConfigMap, waive nothing: they are no comments of who writes the manifest. */
function withoutTexts(text: string, objects: readonly unknown[]): string {
  if (!text.includes(WAIVER_MARK)) return text;
  const values: string[] = [];
  JSON.stringify(objects, (key, value: unknown) => {
    for (const one of [key, value])
      if (typeof one === 'string' && one.includes(WAIVER_MARK)) values.push(one);
    return value;
  });
  const isText = (line: string): boolean => {
    const mark = line.slice(Math.max(0, line.indexOf(WAIVER_MARK)));
    return mark !== line && values.some((value) => value.includes(mark.replace(/["'].*$/, '').trimEnd()));
  };
  return text
    .split('\n')
    .map((line) => (isText(line) ? '' : line))
    .join('\n');
}

const STDIN = '-';

const LIMIT = 268_435_456;

/** Bytes. */
const CHUNK = 1_048_576;
