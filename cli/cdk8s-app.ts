import './compile-cache';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runProcess } from './own-process';

// What stock `cdk8s synth` runs: it names the folder in CDK8S_OUTDIR, empties it before, and lists what is there after. It wants nothing
// on standard output.
const [program = '.'] = process.argv.slice(2);
const out = process.env['CDK8S_OUTDIR'] ?? 'dist';

void runProcess(['synth', '--program', program, '--out', out], {
  output: 'stderr',
  finish: (code) => {
    if (code === 0 && isForStdout(out))
      for (const name of readdirSync(out)) rmSync(join(out, name, 'hosts'), { recursive: true, force: true });
  },
});

/** `cdk8s synth --stdout` prints every YAML file of a temporary folder, for kubectl: files of hosts must not be among them. */
function isForStdout(folder: string): boolean {
  return dirname(folder) === tmpdir() && basename(folder).startsWith('cdk8s-');
}
