import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunReport } from './lab-stack';
import { isRealK3s } from './releases';
import type { World } from './world';

/** What one run did, without what differs from time to time. */
type RecordedRun = readonly string[];

export interface Comparison {
  readonly runs: readonly RecordedRun[];
  readonly recorded: readonly RecordedRun[];
}

/**
 * What the runs of a story did, and what those of a real Pulumi engine did with the stand-in of K3s, which `test/lab/engine/recorded` has. They are written
 * there anew by `K3STACK_LAB_RECORD=1` with a real engine on PATH.
 */
export function recordedRuns(story: string, world: World): Comparison {
  const runs = world.runs.map(recordOf);
  const file = join(__dirname, '..', 'engine', 'recorded', `${story}.json`);
  if (isRealK3s()) return { runs, recorded: runs };
  if (process.env['K3STACK_LAB_RECORD'] === '1' && world.stack.engine.startsWith('Pulumi v')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ engine: world.stack.engine, runs }, undefined, 1)}\n`);
  }
  if (!existsSync(file))
    throw new Error(`${file} is missing; K3STACK_LAB_RECORD=1 and a real engine write it`);
  const { runs: recorded } = JSON.parse(readFileSync(file, 'utf8')) as { runs: RecordedRun[] };
  return { runs, recorded };
}

/** Where one operation fails, it is a matter of time which others have begun. */
function recordOf({ operations, succeeded }: RunReport): RecordedRun {
  return operations
    .filter(({ failed }) => succeeded || failed)
    .map(({ kind, name, failed }) => `${kind} ${name}${failed ? ' failed' : ''}`)
    .sort();
}
