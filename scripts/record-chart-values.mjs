// Records which values a chart takes, for the tests (test/support/chart-values.ts):
//   node scripts/record-chart-values.mjs <name> <version> <appVersion> <source> <values.yaml> [<path that only templates or comments name> …]
// <values.yaml> is the file of that very version; <source> says where it lies: repository, tag and path.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const [name, version, appVersion, source, file, ...also] = process.argv.slice(2);
if (file === undefined) {
  console.error(
    'usage: node scripts/record-chart-values.mjs <name> <version> <appVersion> <source> <values.yaml> [path …]',
  );
  process.exit(1);
}

/** Maps that Kubernetes defines and a chart hands on: whatever the default holds, any other key may be added. */
const HANDED_ON =
  /(^|\.)(affinity|[a-z]*[aA]nnotations|[a-z]*[lL]abels|limits|requests|matchLabels|nodeSelector|resources|(\w+S|s)ecurityContext|updateStrategy)$/;

/** A key with anything but word characters and `-` is quoted, as in `config["a.b"]`. */
function below(path, key) {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Paths of all leaves; `.*` after what takes anything: a null, an empty map, a map that is handed on. */
function paths(value, path = '') {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (value === null || (isMap && Object.keys(value).length === 0) || (isMap && HANDED_ON.test(path)))
    return [`${path}.*`];
  return isMap ? Object.entries(value).flatMap(([key, inner]) => paths(inner, below(path, key))) : [path];
}

const values = parse(readFileSync(file, 'utf8'), { merge: true }) ?? {};
const known = Object.keys(values).length === 0 ? [] : paths(values).sort();
const record = { chart: name, version, appVersion, source, also: also.sort(), paths: known };
mkdirSync('test/fixtures/charts', { recursive: true });
writeFileSync(`test/fixtures/charts/${name}-${version}.json`, `${JSON.stringify(record, null, 1)}\n`);
console.log(`test/fixtures/charts/${name}-${version}.json: ${record.paths.length + also.length} paths`);
