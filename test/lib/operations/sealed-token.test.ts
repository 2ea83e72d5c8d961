import { describe, expect, jest, test } from '@jest/globals';
import { openToken, sealToken } from '../../../lib/operations/sealed-token';

// A key from a passphrase takes its time on purpose.
jest.setTimeout(60_000);

const owner = { environment: 'production', cluster: 'k3s', snapshot: 'on-demand-alfa-1732190400' };
const random = Buffer.from(Array.from({ length: 28 }, (_, index) => index));
const sealed = sealToken('hunter2-hunter2', 'correct horse battery', owner, random);
const open = (text: string, passphrase = 'correct horse battery') =>
  openToken(text, passphrase, 'a.token.sealed');

test('a token opens with its passphrase, and names what it belongs to', () => {
  expect(open(sealed)).toEqual({ ...owner, token: 'hunter2-hunter2' });
});

test('the file tells what it belongs to, and nothing of token and passphrase', () => {
  expect(JSON.parse(sealed)).toMatchObject({
    schema: 'k3stack.sealed-token/v1',
    ...owner,
    scrypt: { N: 131072 },
  });
  expect(sealed).not.toMatch(/hunter2|horse/);
});

test('other random bytes make another file', () => {
  expect(sealToken('a', 'b', owner, random)).not.toBe(sealToken('a', 'b', owner, Buffer.alloc(28, 7)));
});

test('a passphrase is the same in either Unicode form', () => {
  const text = sealToken('a', 'pass\u00e9', owner, random);
  expect(open(text, 'passe\u0301').token).toBe('a');
});

describe('does not open', () => {
  const changed = (change: object): string =>
    JSON.stringify({ ...(JSON.parse(sealed) as object), ...change });
  test.each<[string, string, string | undefined]>([
    ['with another passphrase', sealed, 'correct horse'],
    ['when it is said to belong to another cluster', changed({ cluster: 'edge' }), undefined],
    ['or to another snapshot', changed({ snapshot: 'newer' }), undefined],
    ['when the data was changed', changed({ data: 'AAAA' }), undefined],
    ['when the tag is shorter', changed({ tag: 'AAAA' }), undefined],
    ['when it is no such file', '{}', undefined],
    ['when it is no JSON', 'x', undefined],
  ])('%s', (_, text, passphrase) => {
    expect(() => open(text, passphrase)).toThrow(
      expect.objectContaining({ code: 'SEALED_TOKEN_UNREADABLE' }),
    );
  });

  test('and takes no more memory than its own cost, whatever the file says', () => {
    const greedy = changed({ scrypt: { ...(JSON.parse(sealed) as { scrypt: object }).scrypt, N: 2 ** 30 } });
    expect(open(greedy).token).toBe('hunter2-hunter2');
  });
});
