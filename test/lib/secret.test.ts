import { expect, test } from '@jest/globals';
import { secret, secretHole, secretsIn } from '../../lib/secret';

test('a secret stands in a file by its name', () => {
  expect(secretHole(secret('db-password'))).toBe('«secret:db-password»');
  expect(secretHole(secret('db-password'), 'url')).toBe('«secret:db-password|url»');
  expect(secretsIn('a «secret:one» b «secret:two|url» «secret:one»')).toEqual(['one', 'two']);
});

test('fails when a secret is used as text or written as JSON', () => {
  const ref = secret('token');
  expect(() => `${ref as unknown as string}`).toThrow("secret('token') was used as text");
  expect(() => JSON.stringify({ ref })).toThrow("secret('token') was used as text");
});

test.each(['', '1a', 'a b', 'a»', 'ä'])('fails when the name is %j', (name) => {
  expect(() => secret(name)).toThrow(`got ${JSON.stringify(name)}`);
});
