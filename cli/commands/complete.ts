/* eslint-disable @typescript-eslint/no-require-imports -- loaded when asked for: an answer has to come while the key is still down */
import type * as ProgramLoader from '../../adapters/program';
import type * as K3sOptions from '../../lib/distributions/k3s/options';
import { ExitCode } from '../../lib/errors';
import { defineCommand } from '../command';
import { startingWith, suggestionsFor, type Candidate } from '../suggestions';
import type { Terminal } from '../terminal';

/** `k3stack complete`: asked by completion scripts at each TAB, so it is silent about anything that is wrong. */
export const complete = defineCommand({
  arguments: [{ name: 'words', help: 'Words after k3stack; the last one is completed', variadic: true }],
  options: {},
  async run({ terminal, words, commands }) {
    const { candidates, kind, prefix = '', given = [] } = suggestionsFor(words, commands);
    if (kind === 'files' || kind === 'folders') {
      terminal.stdout.write(`:${kind}\n`);
      return ExitCode.ok;
    }
    const typed = words.at(-1) === '=' ? '' : (words.at(-1) ?? '');
    const found = kind === undefined ? [] : await lookUp(kind, words, terminal);
    const prefixed = found
      .filter(({ value }) => !given.includes(value))
      .map(({ value, help }) => ({ value: prefix + value, help }));
    for (const { value, help } of [...candidates, ...startingWith(typed, prefixed)]) {
      terminal.stdout.write(`${value}\t${help}\n`);
    }
    return ExitCode.ok;
  },
});

async function lookUp(kind: unknown, words: readonly string[], terminal: Terminal): Promise<Candidate[]> {
  if (kind === 'environments') return environmentNames(words, terminal);
  if (kind !== 'k3s-options') return [];
  const { options } = require('../../lib/distributions/k3s/options') as typeof K3sOptions;
  return Object.entries(options).map(([value, { help }]) => ({ value, help }));
}

/** Environments of the program that the line is about; none when it cannot be loaded. */
async function environmentNames(words: readonly string[], { cwd }: Terminal): Promise<Candidate[]> {
  const { loadProgram } = require('../../adapters/program') as typeof ProgramLoader;
  const at = words.indexOf('--program');
  try {
    const { environments } = await loadProgram(
      cwd,
      at < 0 ? undefined : words.filter((word) => word !== '=')[at + 1],
    );
    return environments.names.map((value) => ({ value, help: 'environment' }));
  } catch {
    return [];
  }
}
