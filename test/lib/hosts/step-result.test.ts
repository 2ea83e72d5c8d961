import { expect, test } from '@jest/globals';
import { HOST_EXIT, hostExitName } from '../../../lib/hosts/exit-codes';
import { stepResultIn } from '../../../lib/hosts/step-result';

const line = '{"k3stack":1,"step":"run","node":"alfa","did":["restarted K3s"],"digest":"ab"}';
const result = { k3stack: 1, step: 'run', node: 'alfa', did: ['restarted K3s'], digest: 'ab' };

test.each([
  ['alone', line],
  ['with a line feed', `${line}\n`],
  ['below what a login shell prints', `Welcome!\n{"banner":1}\n${line}\n`],
  ['with more below', `${line}\nlogout\n\n`],
])('a result is found %s', (_, stdout) => expect(stepResultIn(stdout)).toEqual(result));

test('the last one counts', () => {
  expect(stepResultIn(`{"k3stack":1,"step":"old","node":"alfa","did":[]}\n${line}\n`)).toEqual(result);
});

test.each(['', 'no result\n', '{"k3stack":2,"step":"run"}', ' {"k3stack":1,', '{"k3stack":1,"step":'])(
  'there is none in %j',
  (stdout) => expect(stepResultIn(stdout)).toBeUndefined(),
);

test('exit codes have names of their own, and only those', () => {
  const codes = Object.values(HOST_EXIT);
  expect(new Set(codes).size).toBe(codes.length);
  expect([hostExitName(20), hostExitName(0), hostExitName(99)]).toEqual(['checksum', 'ok', undefined]);
});
