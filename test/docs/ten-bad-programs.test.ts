import { describe, expect, test } from '@jest/globals';
import * as cdk8s from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import ts from 'typescript';
import * as k3stack from '../../constructs';
import { tellFailures } from '../../cli/outcome-text';
import type { Terminal } from '../../cli/terminal';
import { synthesized } from '../support/synthesized';
import { fencesOf } from '../support/markdown';

const fences = fencesOf('docs/ten-bad-programs.md');
const programs = fences.filter(({ language }) => language === 'ts');

describe('docs/ten-bad-programs.md', () => {
  test('has ten programs, each with its error', () => {
    expect(fences.map(({ language }) => language)).toEqual(programs.flatMap(() => ['ts', 'text']));
    expect(programs).toHaveLength(10);
  });

  test.each(programs.map((program) => [program.line, program] as const))(
    'shows what the program at line %d is told',
    (_, program) => {
      const shown = fences[fences.indexOf(program) + 1];
      expect(told(program.code)).toBe(`${shown?.code}\n`);
    },
  );
});

/** What the command line tells about a program, without colours. */
function told(code: string): string {
  try {
    synthesized((env) => run(code, env));
    return 'nothing';
  } catch (error) {
    let text = '';
    const stderr = { write: (part: string) => (text += part) };
    const failure = { environment: 'test', error: error as k3stack.K3stackError, milliseconds: 0 };
    tellFailures([failure], { stderr, env: {} } as unknown as Terminal);
    return text;
  }
}

/** Runs the inside of a definition, with everything imported that a program can import. */
function run(code: string, env: k3stack.Environment): void {
  const names = { ...cdk8s, ...k3stack, k8s, env };
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the programs are this repository's own
  const define = new Function(...Object.keys(names), outputText) as (...values: unknown[]) => void;
  define(...Object.values(names));
}
