import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ownFolder } from '../own-package';
import { statIfThere } from '../path-stat';

/** Words that start the command line which a program's own `k3stack` package has: what the base was synthesized by when it was merged. */
export function commandOf(program: string): readonly string[] | undefined {
  try {
    return commandIn(createRequire(program).resolve('k3stack/package.json'));
  } catch {
    return undefined;
  }
}

/** Words that start the command line of this package. */
export function ownCommand(): readonly string[] {
  const command = commandIn(join(ownFolder(), 'package.json'));
  if (command === undefined) throw new Error('k3stack is not installed whole: its command line is missing');
  return command;
}

/** A package that is not compiled, such as the sources of this one, has none. */
function commandIn(manifest: string): readonly string[] | undefined {
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly bin?: string | Readonly<Record<string, string>>;
  };
  const path = typeof bin === 'string' ? bin : bin?.['k3stack'];
  if (path === undefined) return undefined;
  const file = join(dirname(manifest), path);
  return statIfThere(file)?.isFile() === true ? [process.execPath, file] : undefined;
}
