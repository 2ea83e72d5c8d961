import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { commandTable } from '../../cli/command-table';
import * as k3stack from '../../constructs';
import { synthesize } from '../../constructs/synthesis/synthesize';
import { fencesOf, pages, type Fence } from '../support/markdown';
import { environmentsOf, wrapped } from '../support/sample-programs';
import { emptyContext } from '../support/synthesized';

const fences = pages().flatMap(fencesOf);

/** Every program there breaks a rule; ten-bad-programs.test.ts runs them. */
const BAD_PROGRAMS = 'docs/ten-bad-programs.md';

describe('samples in the documentation', () => {
  test('are found', () => {
    expect(fences.filter(({ language }) => language === 'ts').length).toBeGreaterThan(10);
    expect(fences.flatMap(commandLines).length).toBeGreaterThan(10);
  });

  test('compile against the sources', () => {
    expect(typeErrors(fences.filter(({ language }) => language === 'ts'))).toEqual([]);
  }, 60_000);

  test.each(
    fences.filter(
      ({ page, language, code }) =>
        language === 'ts' &&
        page !== BAD_PROGRAMS &&
        !/\bInclude\(|\.synth\(|^export =|@pulumi\//m.test(code),
    ),
  )('break no rule: $page:$line', (sample) => {
    expect(environmentsOf(sample).flatMap(brokenRules)).toEqual([]);
  });

  test('call commands and options that exist', () => {
    expect(fences.flatMap(commandLines).flatMap(commandProblems)).toEqual([]);
  });

  test('are watched: what does not compile and what does not exist is found', () => {
    const page = { page: 'docs/made-up.md', line: 7 };
    expect(typeErrors([{ ...page, language: 'ts', code: 'const wrong: string = 1;' }])).toEqual([
      "docs/made-up.md:7: Type 'number' is not assignable to type 'string'.",
    ]);
    expect(
      commandLines({ ...page, language: 'sh', code: 'npx k3stack synth --no-such\nk3stack fly' }).flatMap(
        commandProblems,
      ),
    ).toEqual(['docs/made-up.md:7: synth has no --no-such', "docs/made-up.md:8: there is no command 'fly'"]);
  }, 60_000);
});

/** What the compiler says about samples, all in one program: `page:line: message`. */
function typeErrors(samples: readonly Fence[]): string[] {
  const options = compilerOptions();
  const sources = new Map(
    samples.map((sample, index) => [
      resolve(`examples/small-team/sample-${index}.ts`),
      { sample, ...wrapped(sample) },
    ]),
  );
  const disk = ts.createCompilerHost(options, true);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => sources.has(file) || disk.fileExists(file),
    readFile: (file) => sources.get(file)?.text ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const source = sources.get(file);
      if (source === undefined) return disk.getSourceFile(file, version, ...rest);
      return ts.createSourceFile(file, source.text, version, true);
    },
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources].flatMap(([file, { sample, offset }]) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`the compiler did not read ${file}`);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = sample.line + source.getLineAndCharacterOfPosition(start).line - offset;
      return `${sample.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  return { ...options, noEmit: true, incremental: false, tsBuildInfoFile: undefined };
}

/** What stops the synthesis of an environment. */
function brokenRules(environment: k3stack.Environment): string[] {
  try {
    synthesize(environment, emptyContext);
    return [];
  } catch (error) {
    if (error instanceof k3stack.InvalidProgramError) return [error.message];
    throw error;
  }
}

interface CommandLine {
  readonly where: string;
  readonly words: readonly string[];
}

/** Calls of `k3stack` in a fence for a shell. */
function commandLines({ page, line, language, code }: Fence): CommandLine[] {
  if (language !== 'sh') return [];
  return code.split('\n').flatMap((text, index): CommandLine[] => {
    const call = /^\s*(?:npx (?:--yes )?)?k3stack(?:@\S+)?\s+((?:'[^']*'|"[^"]*"|[^#|>&;])*)/.exec(text);
    return call === null ? [] : [{ where: `${page}:${line + index}`, words: wordsOf(call[1] ?? '') }];
  });
}

/** Words of a command; what stands in quotes is one word. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) => word);
}

function commandProblems({ where, words }: CommandLine): string[] {
  const [name = '', ...rest] = words;
  if (name === 'help' || name === '--help' || name === '--version') return [];
  const entry = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (entry === undefined) return [`${where}: there is no command '${name}'`];
  const known = new Set(
    Object.entries(entry.load().options).map(([option, { kind }]) =>
      kind === 'switch' ? `--no-${option}` : `--${option}`,
    ),
  );
  const given = rest
    .slice(0, rest.includes('--') ? rest.indexOf('--') : undefined)
    .filter((word) => word.startsWith('-'));
  return given
    .map((word) => word.split('=')[0] ?? '')
    .filter((option) => !known.has(option) && option !== '--help')
    .map((option) => `${where}: ${name} has no ${option}`);
}
