import {
  Call,
  calledNames,
  commentText,
  LINE_WIDTH,
  Name,
  printExpression,
  quoteString,
  type Expression,
  type Members,
} from './expression';

/** One environment with one cluster, as a program is written from. */
export interface ClusterProgram {
  /** Lines of the comment at the top. */
  readonly comment: readonly string[];
  readonly environment: string;
  readonly cluster: string;
  readonly props: Members;

  /** Constructs inside the cluster: class to what follows the scope. */
  readonly addOns: Readonly<Record<string, readonly Expression[]>>;
}

/** The text of `environments.ts`. The same program gives the same bytes. */
export function printProgram({ comment, environment, cluster, props, addOns }: ClusterProgram): string {
  const called = [props, ...Object.values(addOns).flat()].flatMap((value) => [...calledNames(value)]);
  const names = new Set(['environments', 'K3sCluster', ...Object.keys(addOns), ...called]);
  const isNeeded = Object.keys(addOns).length > 0;
  const start = `  ${isNeeded ? 'const cluster = ' : ''}new K3sCluster(env, ${quoteString(cluster)}, `;
  return [
    ...comment.flatMap(printComment),
    ...(comment.length > 0 ? [''] : []),
    printImport([...names]),
    '',
    `export default environments(${printExpression({ [environment]: {} })}, (env) => {`,
    `${start}${printExpression(props, '  ', start.length + 1)});`,
    ...Object.entries(addOns).map(([name, args]) => {
      return `  ${printExpression(new Call(`new ${name}`, [new Name('cluster'), ...args]), '  ')};`;
    }),
    '});',
    '',
  ].join('\n');
}

/** A line of a comment, broken between words; its further lines are indented. */
function printComment(line: string): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = `// ${indent}`;
  for (const word of commentText(line).split(' ')) {
    const isFull = current.length + word.length > LINE_WIDTH && current.trim() !== '//';
    if (isFull) lines.push(current.trimEnd());
    current = `${isFull ? `//   ${indent}` : current}${word} `;
  }
  return [...lines, current.trimEnd()];
}

function printImport(names: readonly string[]): string {
  const sorted = [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const line = `import { ${sorted.join(', ')} } from 'k3stack';`;
  return line.length <= LINE_WIDTH
    ? line
    : `import {\n${sorted.map((name) => `  ${name},\n`).join('')}} from 'k3stack';`;
}
