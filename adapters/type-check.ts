import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findUpwards } from './find-upwards';

/** What the project's own TypeScript says about its types. */
export type TypeCheck =
  | { readonly checked: true; readonly ok: boolean; readonly output: string }
  /** `reason` says what is missing. */
  | { readonly checked: false; readonly reason: string };

/**
 * Runs `tsc --noEmit` of the project that a program belongs to. Loading a program does not check its types.
 *
 * @param program Absolute path of the program.
 * @param color Whether the output may have colours.
 */
export async function checkTypes(program: string, color: boolean): Promise<TypeCheck> {
  if (!/\.[mc]?tsx?$/.test(program)) return { checked: false, reason: 'the program is not TypeScript' };
  const config = findUpwards(dirname(program), 'tsconfig.json');
  if (config === undefined) return { checked: false, reason: 'there is no tsconfig.json' };
  const compiler = compilerOf(program);
  if (compiler === undefined) return { checked: false, reason: 'typescript is not installed in the project' };
  const { code, output } = await runCompiler(
    [compiler, '--noEmit', '-p', config, '--pretty', String(color)],
    dirname(config),
  );
  return { checked: true, ok: code === 0, output };
}

function compilerOf(program: string): string | undefined {
  try {
    return join(dirname(createRequire(program).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

function runCompiler(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', fail);
    child.on('close', (code) => done({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
