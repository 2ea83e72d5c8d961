// Prints what was skipped, and one line `N passed, N failed, N skipped` summed over jest's result files of a folder.
// A file NAME.failed beside NAME.json says that the run itself failed: it counts as one failed test where none is counted.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...counts] = process.argv.slice(2);
let passed = 0;
let [failed, skipped] = counts.map(Number);

const names = new Set(readdirSync(folder).map((file) => /^(.*)\.(?:json|failed)$/.exec(file)?.[1]));
names.delete(undefined);
for (const name of names) {
  const run = read(join(folder, `${name}.json`));
  const broken = run === undefined ? 0 : run.numFailedTests + run.numRuntimeErrorTestSuites;
  const runFailed = run === undefined || existsSync(join(folder, `${name}.failed`));
  failed += broken === 0 && runFailed ? 1 : broken;
  passed += run?.numPassedTests ?? 0;
  skipped += (run?.numPendingTests ?? 0) + (run?.numTodoTests ?? 0);
  for (const suite of run?.testResults ?? []) {
    const pending = suite.assertionResults.filter((test) => test.status === 'pending');
    for (const test of pending) process.stdout.write(`skipped: ${test.fullName} (${name})\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 ? 1 : 0;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
