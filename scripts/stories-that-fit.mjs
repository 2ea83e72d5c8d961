// Prints the stories of the lab that two workers finish in so many seconds, as paths on the first line, and on the second the names of those that do not
// fit: `stories-that-fit SECONDS`. Where everything had to be built first, CI has no time for all of them, and says which it left out.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Seconds that each takes on two processors, the first in order of what is lost without it. A new one counts as long. */
const SECONDS = {
  'cluster-life': 471,
  kills: 228,
  parity: 18,
  servers: 206,
  'single-server': 103,
  backups: 197,
  'day-2': 289,
  waves: 213,
  workloads: 20,
  local: 10,
  'first-cluster': 74,
  rotations: 247,
  faults: 248,
  datastores: 362,
  'bad-input': 155,
  identity: 315,
  connections: 289,
  promotion: 131,
  'air-gap': 78,
  hosts: 90,
};
const UNKNOWN = 300;

const [available] = process.argv.slice(2).map(Number);
const files = ['hosts', 'engine', 'scenarios'].flatMap((folder) =>
  readdirSync(join('test/lab', folder))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test/lab', folder, file)),
);
const nameOf = (file) => basename(file, '.test.ts');
const order = Object.keys(SECONDS);
const rank = (file) => (order.indexOf(nameOf(file)) + order.length + 1) % (order.length + 1);
const chosen = [];
const left = [];
let used = 0;
for (const file of files.sort((a, b) => rank(a) - rank(b))) {
  const seconds = (SECONDS[nameOf(file)] ?? UNKNOWN) / 2;
  if (used + seconds <= available) {
    chosen.push(file);
    used += seconds;
  } else left.push(nameOf(file));
}
process.stdout.write(`${chosen.join(' ')}\n${left.join(' ')}\n`);
