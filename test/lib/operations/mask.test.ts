import { describe, expect, test } from '@jest/globals';
import { masked } from '../../../lib/operations/mask';

const hash = 'a'.repeat(64);

describe('covers', () => {
  test.each([
    ['a token of K3s', `server: K10${hash}::server:hunter2 x`, 'server: *** x'],
    ['a variable', 'K3S_TOKEN=hunter2', 'K3S_TOKEN=***'],
    ['a variable in quotes', 'AWS_SECRET_ACCESS_KEY="hunter2"', 'AWS_SECRET_ACCESS_KEY="***"'],
    ['an argument', 'k3s server --token=hunter2 --debug', 'k3s server --token=*** --debug'],
    ['a setting in YAML', '  password: hunter2', '  password: ***'],
    ['a setting in JSON', '{"client-key-data": "hunter2", "a": 1}', '{"client-key-data": "***", "a": 1}'],
    [
      'a datastore',
      'K3S_DATASTORE_ENDPOINT="postgres://k3s:hunter2@db:5432/k3s"',
      'K3S_DATASTORE_ENDPOINT="***"',
    ],
    ['a password in a URL', 'dial postgres://k3s:hunter2@db:5432/k3s', 'dial postgres://k3s:***@db:5432/k3s'],
    [
      'a password with an @',
      'dial postgres://k3s:p@hunter2@db:5432/k3s',
      'dial postgres://k3s:***@db:5432/k3s',
    ],
    ['a header', 'Authorization: Bearer hunter2hunter2', 'Authorization: Bearer ***'],
    ['a web token', 'got eyJhbGciOiJSUzI1.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl!', 'got ***!'],
    ['a key of a cloud', 'AKIAIOSFODNN7EXAMPLE', '***'],
    [
      'a private key',
      '-----BEGIN EC PRIVATE KEY-----\nhunter2\nhunter2\n-----END EC PRIVATE KEY-----',
      '-----BEGIN EC PRIVATE KEY-----\n***\n-----END EC PRIVATE KEY-----',
    ],
  ])('%s', (_, text, expected) => {
    const { text: found, count } = masked(text);
    expect(found).toBe(expected);
    expect(count).toBeGreaterThan(0);
  });
});

describe('leaves alone', () => {
  test.each([
    'token-file: /etc/rancher/k3s/token',
    'K3S_TOKEN=***',
    'secrets-encryption: true',
    'https://10.0.0.1:6443/v1-k3s',
    'Nov 21 12:00:00 alfa k3s[1]: time="2026-11-21T12:00:00Z" level=info msg="Starting k3s v1.34.1+k3s1"',
    'volumes:\n  - secret: {}',
    'password: ',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  ])('%j', (text) => expect(masked(text)).toEqual({ text, count: 0 }));
});

test('a second pass changes nothing', () => {
  const once = masked(`K3S_TOKEN=a b://c:d@e Bearer ${hash} password: x`).text;
  expect(masked(once)).toEqual({ text: once, count: 0 });
});
