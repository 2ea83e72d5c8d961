import { expect, test } from '@jest/globals';
import {
  isSecretSource,
  secret,
  secretHole,
  SecretRef,
  secretsIn,
  secretText,
  urlEncoded,
} from '../../lib/secret';

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

test('fromConfig is the same as secret', () => {
  expect(SecretRef.fromConfig('db-password')).toEqual(secret('db-password'));
  expect(() => SecretRef.fromConfig('a b')).toThrow('got "a b"');
});

test('the three ways of naming a secret are told apart, by types too', () => {
  const sources = [
    SecretRef.existing({ name: 'db', key: 'password' }),
    SecretRef.fromConfig('db'),
    SecretRef.generated(),
  ];
  expect(sources.map(({ kind }) => kind)).toEqual(['existing', 'config', 'generated']);
  expect(sources.every(isSecretSource)).toBe(true);
  expect(isSecretSource({ kind: 'existing', name: 'db', key: 'password' })).toBe(false);
  // @ts-expect-error a hole can only be written for a config secret
  const hole: string = secretHole(SecretRef.existing({ name: 'db', key: 'password' }));
  expect(hole).toBe('«secret:db»');
});

test('a generated secret has 32 letters and digits unless it says otherwise', () => {
  expect({ ...SecretRef.generated() }).toMatchObject({
    length: 32,
    alphabet: 'alphanumeric',
    rotation: 0,
    name: undefined,
  });
});

test.each([
  ['existing', SecretRef.existing({ name: 'db', key: 'password' })],
  ['generated', SecretRef.generated()],
  ['text', secretText`a${secret('b')}`],
  ['url', urlEncoded(secret('b'))],
])('fails when %s is used as text or written as JSON', (_, value) => {
  expect(() => `${value as unknown as string}`).toThrow('was used as text');
  expect(() => JSON.stringify({ value })).toThrow('was used as text');
});
