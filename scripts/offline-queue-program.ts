import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The source of lib/workloads/offline-queue/program.ts: each file of the program without its types, as text. */
export function offlineQueueProgramText(folder: string): string {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => [name.replace(/\.ts$/, '.js'), javascript(readFileSync(join(folder, name), 'utf8'))]);
  const entries = files.map(([name, text]) => `  '${name}': ${JSON.stringify(text)},`);
  return [
    '// Generated from programs/offline-queue: npx jiti scripts/update-offline-queue.ts',
    '/** The program of the offline queue for Node 22, by the names of its files; `main.js` is the one to start. */',
    '// prettier-ignore',
    'export const OFFLINE_QUEUE_PROGRAM: Readonly<Record<string, string>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}

function javascript(source: string): string {
  return ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      removeComments: true,
      esModuleInterop: true,
    },
  }).outputText;
}
