import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { INPUT_MARK, renderStepInput, type StepInput } from '../../../lib/hosts/step-input';
import { posixShells, type Shell } from '../../support/shells';

const input: StepInput = {
  step: 'run',
  deadline: 900,
  values: { NODE: 'bravo', FIXED_URL: '' },
  records: [['declared', 'alfa', 'server'], ['previous']],
};

test('is assignments and records, below an empty password and the mark, and ends with a line that a cut connection lacks', () => {
  expect(renderStepInput(input)).toBe(`
k3stack 1
IN_STEP='run'
IN_DEADLINE='900'
IN_NODE='bravo'
IN_FIXED_URL=''
record 'declared' 'alfa' 'server'
record 'previous'
end
`);
});

test('the password is the first line, and nowhere else', () => {
  const text = renderStepInput(input, 'hunter2');
  expect(text.split('\n').slice(0, 2)).toEqual(['hunter2', INPUT_MARK]);
  expect(text.split('hunter2')).toHaveLength(2);
});

test('the same input is the same text', () => {
  expect(renderStepInput(structuredClone(input))).toBe(renderStepInput(input));
});

/** What a script sees of an input. */
function seen(shell: Shell, text: string, names: readonly string[]): string[] {
  const body = text.slice(text.indexOf(INPUT_MARK) + INPUT_MARK.length + 1);
  const script = [
    'end() { :; }',
    `record() { printf 'r%s\\0' "$#"; for field in "$@"; do printf '%s\\0' "$field"; done; }`,
    body,
    ...names.map((name) => `printf '%s\\0' "$IN_${name}"`),
  ].join('\n');
  const { stdout, status } = spawnSync(shell.program, [...shell.args, script], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

const word = fc.oneof(
  fc.constantFrom(
    '',
    "'",
    '"',
    '\\',
    '$(id)',
    '`id`',
    '\n',
    'a\n\nb\n',
    '-n',
    '!',
    '%s',
    '\u2028',
    'record',
    "'\\''",
  ),
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text)),
);

// Never read by zsh, to which `end` is a word of its own.
const readers = posixShells.filter(({ name }) => name !== 'zsh');

describe.each(readers.map((shell) => [shell.name, shell] as const))('in %s', (_, shell) => {
  test('every value and field comes out as it went in', () => {
    fc.assert(
      fc.property(
        fc.record({
          a: word,
          b: word,
          records: fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 6 }),
        }),
        ({ a, b, records }) => {
          const text = renderStepInput({ step: 'run', deadline: 1, values: { A: a, B: b }, records });
          expect(seen(shell, text, ['STEP', 'A', 'B'])).toEqual([
            ...records.flatMap((fields) => [`r${fields.length}`, ...fields]),
            'run',
            a,
            b,
          ]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test.each(['a\0b', '\udc00'])('fails for %j, which no shell can hold', (value) => {
  expect(() => renderStepInput({ ...input, values: { A: value } })).toThrow(
    expect.objectContaining({ code: 'INVALID_SHELL_TEXT' }),
  );
});
