import { expect, test } from '@jest/globals';
import {
  checksumListUrl,
  mergeLock,
  parseChecksumList,
  parseLock,
  renderLock,
  type Lock,
} from '../../../../lib/distributions/k3s/lock';

const entry = (digit: string, source = 'https://example.org/list') => ({ sha256: digit.repeat(64), source });
const lock: Lock = { 'v1.34.1+k3s1': { k3s: entry('a'), 'k3s-arm64': entry('b') } };

test('reads what it renders, sorted, the same each time', () => {
  const shuffled: Lock = {
    'v1.34.1+k3s1': { 'k3s-arm64': entry('b'), k3s: entry('a') },
    'v1.33.5+k3s1': { k3s: entry('c') },
  };
  const text = renderLock(shuffled);
  expect(text).toBe(renderLock(parseLock(text, 'x')));
  expect(text.match(/"(v1|k3s)[^"/]*"/g)).toEqual([
    '"k3s"',
    '"v1.33.5+k3s1"',
    '"k3s"',
    '"v1.34.1+k3s1"',
    '"k3s"',
    '"k3s-arm64"',
  ]);
});

test.each<[text: string, problem: RegExp]>([
  ['{', /^x is not JSON: .*; restore it from Git/],
  ['[]', /^x: schema must be "k3stack\.lock\/v1", got no map/],
  ['{"schema":"k3stack.lock/v2"}', /^x: schema must be "k3stack\.lock\/v1", got "k3stack\.lock\/v2"/],
  ['{"schema":"k3stack.lock/v1"}', /^x: k3s must be a map of releases/],
  [
    '{"schema":"k3stack.lock/v1","k3s":{"1.34":{}}}',
    /^x: k3s\.1\.34 is no K3s release; write one such as 'v1\.34\.1\+k3s1'/,
  ],
  [
    '{"schema":"k3stack.lock/v1","k3s":{"v1.34.1+k3s1":{"k3s":{}}}}',
    /^x: k3s\.v1\.34\.1\+k3s1\.k3s\.sha256 must be 64/,
  ],
  [
    `{"schema":"k3stack.lock/v1","k3s":{"v1.34.1+k3s1":{"k3s":{"sha256":"${'A'.repeat(64)}","source":"https://x"}}}}`,
    /sha256 must be 64 lower-case/,
  ],
  [
    `{"schema":"k3stack.lock/v1","k3s":{"v1.34.1+k3s1":{"k3s":{"sha256":"${'a'.repeat(64)}","source":"http://x"}}}}`,
    /source must start with 'https:\/\/' or 'file:'/,
  ],
])('fails at a lock file that is not one: %s', (text, problem) => {
  expect(() => parseLock(text, 'x')).toThrow(problem);
});

test('merges: adds what is new, keeps an entry with the same checksum whole, tells of others', () => {
  const found: Lock = {
    'v1.34.1+k3s1': { k3s: entry('a', 'https://mirror/'), 'k3s-arm64': entry('d') },
    'v1.34.2+k3s1': { k3s: entry('e') },
  };
  const merged = mergeLock(lock, found);
  expect(merged.lock['v1.34.1+k3s1']).toEqual({ k3s: entry('a'), 'k3s-arm64': entry('d') });
  expect(merged.changes).toEqual([
    { version: 'v1.34.1+k3s1', artifact: 'k3s-arm64', before: entry('b'), after: entry('d') },
    { version: 'v1.34.2+k3s1', artifact: 'k3s', after: entry('e') },
  ]);
  expect(lock['v1.34.1+k3s1']).toEqual({ k3s: entry('a'), 'k3s-arm64': entry('b') });
});

test('knows where the official lists are, and those of a mirror', () => {
  expect(checksumListUrl('v1.34.1+k3s1', 'arm64')).toBe(
    'https://github.com/k3s-io/k3s/releases/download/v1.34.1%2Bk3s1/sha256sum-arm64.txt',
  );
  expect(checksumListUrl('v1.34.1+k3s1', 'arm', 'https://mirror/k3s/')).toBe(
    'https://mirror/k3s/v1.34.1%2Bk3s1/sha256sum-arm.txt',
  );
});

test('reads a list as sha256sum prints it', () => {
  const text = `${'A'.repeat(64)}  k3s-arm64\r\n${'b'.repeat(64)} *k3s-airgap-images-arm64.tar.zst\n\n`;
  expect([...parseChecksumList(text, 'x')]).toEqual([
    ['k3s-arm64', 'a'.repeat(64)],
    ['k3s-airgap-images-arm64.tar.zst', 'b'.repeat(64)],
  ]);
});

test.each([
  ['<html>\n', 'line 1 is not a checksum and a name: "<html>"'],
  [`${'a'.repeat(64)}  k3s\n${'x'.repeat(5000)}\n`, 'line 2 is not a checksum and a name'],
  [`${'a'.repeat(64)}  k3s\n${'b'.repeat(64)}  k3s\n`, 'it has two checksums for k3s'],
  [`${'a'.repeat(64)}  k3s\n${'b'.repeat(64)}  k3s-airg`, 'it ends in the middle of a line'],
  ['', 'it ends in the middle of a line'],
])('fails at a list that is not one', (text, problem) => {
  expect(() => parseChecksumList(text, 'https://x/list')).toThrow(
    `https://x/list cannot be used: ${problem}`,
  );
});
