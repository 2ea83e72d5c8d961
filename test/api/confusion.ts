/** What was said of an update, and what the API server did with it. */
export interface Confusion {
  readonly rule: string;
  readonly name: string;

  /** Whether the rule says that it is refused. */
  readonly said: boolean;

  /** Whether server-side apply was refused. */
  readonly apply: boolean;

  /** Whether a plain update was refused. */
  readonly put: boolean;
}

/** The table for a terminal. */
export function confusionText(confusions: readonly Confusion[]): string {
  return rows(confusions)
    .map((row) => row.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(16))).join(''))
    .join('\n');
}

/** The table as a page of the documentation. */
export function confusionPage(confusions: readonly Confusion[]): string {
  const [head = [], ...body] = rows(confusions);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    '# What the rules say, and what a real API server does',
    '',
    'Each rule that says "the API server will refuse this" has updates that it finds and near misses that it passes. All of them were sent to a real',
    'kube-apiserver, as a server-side apply and as a plain update. A false block is an update that the rule finds and the API server takes; a missed',
    'block is one that the rule passes and the API server refuses. Made by `K3STACK_UPDATE_FIXTURES=1 node test/api/run.mjs block-rules`.',
    '',
    line(head),
    `|${head.map((_cell, index) => (index === 0 ? '---' : '---:')).join('|')}|`,
    ...body.map(line),
    '',
  ].join('\n');
}

function rows(confusions: readonly Confusion[]): readonly (readonly string[])[] {
  const rules = [...new Set(confusions.map(({ rule }) => rule))];
  const groups = [...rules, undefined].map((id) => {
    const own = id === undefined ? confusions : confusions.filter(({ rule }) => rule === id);
    const count = (holds: (one: Confusion) => boolean): string => String(own.filter(holds).length);
    return [
      id ?? 'all',
      count(({ said, apply, put }) => said && apply && put),
      count(({ said, apply, put }) => !said && !apply && !put),
      count(({ said, apply, put }) => said && !(apply && put)),
      count(({ said, apply, put }) => !said && (apply || put)),
    ];
  });
  return [['rule', 'found, refused', 'passed, taken', 'false block', 'missed block'], ...groups];
}
