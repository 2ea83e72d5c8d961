import { inspect } from 'node:util';

/** Values to try for each option; `undefined` leaves it out. */
export type OptionValues<Options> = {
  readonly [Name in keyof Required<Options>]: readonly (Name extends keyof Options ? Options[Name] : never)[];
};

/**
 * Few combinations of options in which every two values of different options meet at least once: the same ones in every run.
 *
 * @param values At least one value for each option.
 */
export function pairs<Options extends object>(values: OptionValues<Options>): Options[] {
  const names = Object.keys(values) as (keyof Options)[];
  const open = new Set(openPairs(values, names));
  const rows: Options[] = [];
  if (names.length === 1) return singles(values, names);
  while (open.size > 0) {
    const row = nextRow(values, names, open);
    for (const key of keysOf(row, names)) open.delete(key);
    rows.push(combination(values, names, row));
  }
  return rows;
}

/** Index of a value for each option, in the order of their names. */
type Row = readonly (number | undefined)[];

/** Starts with a pair that is still open, and gives each other option the value that closes most. */
function nextRow<Options>(
  values: OptionValues<Options>,
  names: readonly (keyof Options)[],
  open: ReadonlySet<string>,
): Row {
  const [first = ''] = open;
  const [a, i, b, j] = first.split(' ').map(Number);
  const row = names.map((_, index) => (index === a ? i : index === b ? j : undefined));
  names.forEach((name, index) => {
    if (row[index] !== undefined) return;
    const gains = values[name].map((_, value) => gain(row, index, value, open));
    row[index] = gains.indexOf(Math.max(...gains));
  });
  return row;
}

function gain(row: Row, index: number, value: number, open: ReadonlySet<string>): number {
  return row.filter((other, at) => other !== undefined && open.has(keyOf(at, other, index, value))).length;
}

function openPairs<Options>(values: OptionValues<Options>, names: readonly (keyof Options)[]): string[] {
  return names.flatMap((one, a) =>
    names
      .slice(a + 1)
      .flatMap((other, offset) =>
        values[one].flatMap((_, i) => values[other].map((__, j) => keyOf(a, i, a + 1 + offset, j))),
      ),
  );
}

function keysOf(row: Row, names: readonly unknown[]): string[] {
  return names.flatMap((_, a) =>
    names.slice(a + 1).map((__, offset) => keyOf(a, row[a] ?? 0, a + 1 + offset, row[a + 1 + offset] ?? 0)),
  );
}

/** The same for both orders. */
function keyOf(a: number, i: number, b: number, j: number): string {
  return a < b ? `${a} ${i} ${b} ${j}` : `${b} ${j} ${a} ${i}`;
}

function singles<Options>(values: OptionValues<Options>, names: readonly (keyof Options)[]): Options[] {
  const [name] = names;
  return name === undefined ? [] : values[name].map((_, index) => combination(values, names, [index]));
}

function combination<Options>(
  values: OptionValues<Options>,
  names: readonly (keyof Options)[],
  row: Row,
): Options {
  const entries = names.map((name, index) => [name, values[name][row[index] ?? 0]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Options;
}

/** How a test calls a combination: `replicas=2 tls=false`. */
export function describePair(options: object): string {
  const text = Object.entries(options).map(([name, value]) => `${name}=${short(value)}`);
  return text.length === 0 ? 'defaults' : text.join(' ');
}

function short(value: unknown): string {
  const text = inspect(value, { breakLength: Infinity, depth: 3 }); // secrets have no JSON
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
