// Makes the compiled entry of the package load each of its modules when one of its exports is first asked for: a program pays for what it uses.
// Works on what tsc writes for `export { … } from '…'`, and fails when it finds anything else. `exports.X = void 0` stays: by it Node finds the names for
// `import { X } from 'k3stack'`, where it then loads all of them.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'build/constructs/index.js';
const HELPER =
  'const lazy = (name, load) => Object.defineProperty(exports, name, { enumerable: true, get: load });';

const lines = readFileSync(FILE, 'utf8').split('\n');
const modules = new Map();
const made = lines.flatMap((line) => {
  const loaded = /^var (\w+) = require\("([^"]+)"\);$/.exec(line);
  if (loaded !== null) {
    modules.set(loaded[1], loaded[2]);
    return [];
  }
  const exported =
    /^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+)\.(\w+); \} \}\);$/.exec(
      line,
    );
  if (exported === null) return [checked(line)];
  const [, name, module, member] = exported;
  return [`lazy("${name}", () => require("${modules.get(module)}").${member});`];
});
if (!lines.includes(HELPER)) {
  const first = made.findIndex((line) => line.startsWith('lazy('));
  made.splice(first, 0, HELPER);
  writeFileSync(FILE, made.join('\n'));
}

/** Anything else would be lost, or run too late. */
function checked(line) {
  const known = [
    /^$/,
    /^"use strict";$/,
    /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);$/,
    /^(exports\.\w+ = )+void 0;$/,
    /^const lazy = /,
    /^lazy\("\w+", \(\) => require\("[^"]+"\)\.\w+\);$/,
    /^\/\/# /,
  ];
  if (!known.some((form) => form.test(line)))
    throw new Error(`${FILE} holds more than exports of other modules: ${line}`);
  return line;
}
