#!/usr/bin/env node
import './compile-cache';
import { processTerminal } from './process-terminal';
import { run } from './run';

void run(process.argv.slice(2), processTerminal()).then((code) => {
  // Not process.exit: what is still on its way to a pipe would be cut off.
  process.exitCode = code;
});
