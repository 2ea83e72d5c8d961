import { expect, test } from '@jest/globals';
import { linkTo } from '../../cli/preview/link-to';

const commit = 'a'.repeat(40);
const env = { GITHUB_SERVER_URL: 'https://git.example.org/', GITHUB_REPOSITORY: 'shop/infra' };

test.each([
  [env, `https://git.example.org/shop/infra/blob/${commit}/a%20b/c.ts#L3`],
  [
    { ...env, GITEA_ACTIONS: 'true' },
    `https://git.example.org/shop/infra/src/commit/${commit}/a%20b/c.ts#L3`,
  ],
])('a line of a file has an address on its forge', (variables, address) => {
  expect(linkTo(variables, commit)?.({ file: 'a b/c.ts', line: 3 })).toBe(address);
});

test.each(['../../../../evil', 'a/../../..', './a', '/etc/passwd', 'a//b', ''])(
  'a report of a stranger that names %j as a file gets no address, which could lead to another repository',
  (file) => {
    expect(linkTo(env, commit)?.({ file, line: 1 })).toBeUndefined();
  },
);

test.each([
  [{ ...env, GITHUB_SERVER_URL: 'javascript:alert(1)' }, commit],
  [{ ...env, GITHUB_REPOSITORY: undefined }, commit],
  [env, undefined],
])('there are no addresses without a forge, a repository or a commit', (variables, of) => {
  expect(linkTo(variables, of)).toBeUndefined();
});
