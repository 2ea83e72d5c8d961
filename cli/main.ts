#!/usr/bin/env node
import './compile-cache';
import { Console } from 'node:console';
import { text } from 'node:stream/consumers';
import { run } from './run';

// The reader of a pipe may leave early (`| head`): that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

// What a user's program logs must not get into our JSON.
globalThis.console = new Console(process.stderr);

void run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: () => text(process.stdin),
}).then((code) => {
  // Not process.exit: what is still on its way to a pipe would be cut off.
  process.exitCode = code;
});
