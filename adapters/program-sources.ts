import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from '../constructs/synthesis/origins';
import type { Origin } from '../lib/origins';
import { isUserFile } from './program-failure';

/** Where in the files of the user the code of a program was written, although what runs is other code. */
export class ProgramSources {
  private readonly root: string;

  /** From the code that runs to the file it was made of, by that file. */
  private readonly transformed = new Map<string, SourceMap>();

  /** From a file of JavaScript to what the user wrote; by that file. */
  private readonly compiled = new Map<string, SourceMap | undefined>();
  private readonly shown = new Map<string, string | undefined>();

  /** @param root Absolute path: what lies outside of it is not the user's program, and places are relative to it. */
  constructor(root: string) {
    this.root = realpathSync(root);
  }

  /** Notes what a file was transformed to; the source map is in it. */
  add(file: string, code: string): void {
    const map = embeddedMap(code);
    if (map !== undefined) this.transformed.set(file, map);
  }

  /** Place of a frame, when it is of the user's program. */
  originOf(frame: Frame): Origin | undefined {
    const name = frame.getFileName();
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if (name === null || name === undefined || line === null || column === null) return undefined;
    const path = name.startsWith('file:') ? fileURLToPath(name) : name;
    if (this.own(path) === undefined) return undefined;
    const here = original(this.transformed.get(path), path, { file: path, line, column });
    const written = original(this.compiledMap(path), path, here);
    const place = this.own(written.file) === undefined ? here : written;
    return { ...place, file: this.own(place.file) ?? '' };
  }

  /** Path of a file of the user relative to the root. */
  private own(path: string): string | undefined {
    if (!this.shown.has(path)) this.shown.set(path, this.relative(path));
    return this.shown.get(path);
  }

  private relative(path: string): string | undefined {
    if (!isAbsolute(path) || !isUserFile(path) || !existsSync(path)) return undefined;
    const own = relative(this.root, realpathSync(path));
    return own === '..' || own.startsWith(`..${sep}`) || isAbsolute(own)
      ? undefined
      : own.split(sep).join('/');
  }

  /** The map that a compiler wrote beside, or into, JavaScript of the user. */
  private compiledMap(path: string): SourceMap | undefined {
    if (!this.compiled.has(path)) {
      this.compiled.set(path, /\.[cm]?js$/.test(path) ? mapOfFile(path) : undefined);
    }
    return this.compiled.get(path);
  }
}

/** Where a place in generated code comes from; itself without a map, or where the map knows nothing of it. */
function original(map: SourceMap | undefined, generated: string, place: Origin): Origin {
  const entry = map?.findEntry(place.line - 1, place.column - 1);
  if (entry === undefined || !('originalSource' in entry) || entry.originalSource === undefined) return place;
  const { originalSource, originalLine, originalColumn } = entry;
  const source = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : originalSource;
  const file = resolve(dirname(generated), map?.payload.sourceRoot ?? '', source);
  return { file, line: originalLine + 1, column: originalColumn + 1 };
}

function mapOfFile(path: string): SourceMap | undefined {
  const code = readFileSync(path, 'utf8');
  const [, url = ''] = /^\/\/# sourceMappingURL=(\S+)\s*$/m.exec(code.slice(-TAIL)) ?? [];
  if (url === '' || url.startsWith('data:')) return embeddedMap(code);
  const file = resolve(dirname(path), url);
  return existsSync(file) ? sourceMap(readFileSync(file, 'utf8')) : undefined;
}

function embeddedMap(code: string): SourceMap | undefined {
  const at = code.lastIndexOf(INLINE);
  const [, base64] = at < 0 ? [] : (/;base64,([A-Za-z0-9+/=]+)/.exec(code.slice(at)) ?? []);
  return base64 === undefined ? undefined : sourceMap(Buffer.from(base64, 'base64').toString('utf8'));
}

/** A damaged map is no map: the place in the code that runs is better than none. */
function sourceMap(json: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(json) as SourceMap['payload']);
  } catch {
    return undefined;
  }
}

const INLINE = '//# sourceMappingURL=data:application/json';

/** The comment is the last line of a file. */
const TAIL = 1024;
