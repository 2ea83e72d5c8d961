import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Prints what was seen during a scenario, and keeps it under `.cache/lab`. */
export function keepLog(name: string, report: object): void {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), text);
  process.stderr.write(`    ${name}: ${text}`);
}

const FOLDER = join(__dirname, '..', '..', '..', '.cache', 'lab');
