// Takes the test files that failed out of one of jest's result files, and prints their paths: they are run once more, and counted then.
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const [file] = process.argv.slice(2);
const run = JSON.parse(readFileSync(file, 'utf8'));
const failed = run.testResults.filter((suite) => suite.status === 'failed');
const counted = (status) =>
  failed.flatMap((suite) => suite.assertionResults).filter((test) => test.status === status).length;
run.numPassedTests -= counted('passed');
run.numPendingTests -= counted('pending');
run.numTodoTests -= counted('todo');
run.numFailedTests = 0;
run.numRuntimeErrorTestSuites = 0;
run.testResults = run.testResults.filter((suite) => suite.status !== 'failed');
writeFileSync(file, JSON.stringify(run));
process.stdout.write(failed.map((suite) => relative(process.cwd(), suite.name)).join(' '));
