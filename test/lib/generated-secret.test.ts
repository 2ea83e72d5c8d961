import { hkdfSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type GeneratedSecret, generatedValue } from '../../lib/generated-secret';
import { generatedHole, secretsIn, SecretRef } from '../../lib/secret';
import { fillHoles } from '../../lib/synthesis/fill';

const root = '0123456789abcdef'.repeat(4);
const place = ['production', 'k3s', 'shop', 'database', 'password'];

function value(props: ConstructorParameters<typeof GeneratedSecret>[0] = {}, at = place, key = root): string {
  const hole = generatedHole(SecretRef.generated(props).at(at));
  return fillHoles(hole, { secrets: { 'generated-secrets': key }, late: {} });
}

test('a generated value has 32 letters and digits, and is the same in every run', () => {
  expect(value()).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(value()).toBe(value());
});

/** Another value here changes every generated password of every user. */
test('the same root gives what it gave in every release before', () => {
  expect(value()).toMatchInlineSnapshot(`"7Dk9eptMtdTAnU1eYBYEDi6TzYAFRYLs"`);
  expect(value({ alphabet: 'hex', length: 16 })).toMatchInlineSnapshot(`"e789b674b065516e"`);
});

test('hexadecimal digits are HKDF-SHA256 of the root', () => {
  const part = 'generated:production/k3s/shop/database/password#0:64:hex';
  const bytes = Buffer.from(hkdfSync('sha256', root, '', `k3stack/v1/${part}`, 192)).subarray(0, 64);
  expect(generatedValue(part, root)).toBe([...bytes].map((byte) => (byte % 16).toString(16)).join(''));
});

test('another place, name, rotation, length, alphabet or root is a value that has nothing in common with it', () => {
  const others = [
    value({}, [...place.slice(0, -1), 'admin']),
    value({}, ['staging', ...place.slice(1)]),
    value({ rotation: 1 }),
    value({ length: 40 }),
    value({ alphabet: 'hex' }),
    value({}, place, root.replace('0', '1')),
  ];
  const all = [value(), ...others].map((text) => text.slice(0, 12));
  expect(new Set(all).size).toBe(all.length);
});

test.each(['alphanumeric', 'hex'] as const)(
  'every letter of %s is about as frequent as the others',
  (alphabet) => {
    const text = Array.from({ length: 400 }, (_, index) =>
      value({ alphabet, length: 256 }, ['p', `n${index}`]),
    ).join('');
    const counts = new Map<string, number>();
    for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(alphabet === 'hex' ? 16 : 62);
    const expected = text.length / counts.size;
    // Six standard deviations.
    for (const count of counts.values())
      expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    expect(text).toHaveLength(400 * 256);
  },
);

test('a line feed after the root, as a shell leaves it, makes no other values', () => {
  expect(value({}, place, `${root}\n`)).toBe(value());
});

test('a hole of a generated value asks for the root', () => {
  expect(secretsIn(generatedHole(SecretRef.generated().at(place), 'url'))).toEqual(['generated-secrets']);
});

test('fails when the root is too short to be random, without repeating it', () => {
  expect(() => value({}, place, 'hunter2')).toThrow(
    'the value of secret "generated-secrets" is shorter than 32 characters; set it again: openssl rand -hex 32 | pulumi config set --secret generated-secrets',
  );
});

test('fails when there is no root', () => {
  const hole = generatedHole(SecretRef.generated().at(place));
  expect(() => fillHoles(hole, { secrets: {}, late: {} })).toThrow(
    'the secret "generated-secrets" has no value in this run',
  );
});
