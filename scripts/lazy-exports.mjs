// Makes the compiled entry of the package load each of its modules when one of its exports is first asked for: a program pays for what it uses.
// Works on what tsc writes for `export { … } from '…'`, and fails when it finds anything else.
import { readFileSync, writeFileSync } from 'node:fs';

makeLazy('build/constructs/index.js');

function makeLazy(file) {
  const text = readFileSync(file, 'utf8');
  const modules = new Map();
  const lazy = text
    .replace(/^var (\w+) = require\("([^"]+)"\);\n/gm, (_, name, path) => {
      modules.set(name, path);
      return '';
    })
    .replace(/return (\w+)\.(\w+); \} \}\);$/gm, (whole, name, member) =>
      modules.has(name) ? `return require("${modules.get(name)}").${member}; } });` : whole,
    );
  const left = lazy
    .split('\n')
    .filter(
      (line) =>
        line !== '' &&
        !/^("use strict";|Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);|(exports\.\w+ = )+void 0;|\/\/# .*)$/.test(
          line,
        ) &&
        !/^Object\.defineProperty\(exports, "\w+", \{ enumerable: true, get: function \(\) \{ return require\("[^"]+"\)\.\w+; \} \}\);$/.test(
          line,
        ),
    );
  if (left.length > 0) throw new Error(`${file} holds more than exports of other modules: ${left[0]}`);
  if (lazy !== text) writeFileSync(file, lazy);
}
