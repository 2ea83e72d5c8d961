import { expect, test } from '@jest/globals';
import {
  isDnsLabel,
  isDnsSubdomain,
  isHost,
  isLabelKey,
  isLabelValue,
  labelValueLike,
} from '../../../lib/cluster/names';

test.each<[string, (text: string) => boolean, readonly string[], readonly string[]]>([
  [
    'a DNS label',
    isDnsLabel,
    ['a', 'a-1', '1a', 'a'.repeat(63)],
    ['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a\n', 'a'.repeat(64)],
  ],
  [
    'a DNS name',
    isDnsSubdomain,
    ['a', 'a.b-c.d1'],
    ['', '.a', 'a.', 'a..b', 'A.b', 'a.-b', `${'a'.repeat(60)}.`.repeat(5)],
  ],
  [
    'a host',
    isHost,
    ['10.0.0.1', 'fd00::1', 'Alfa.LAN', 'a'],
    ['10.0.0', '10.0.0.256', '[fd00::1]', 'a:22', 'u@a', 'https://a', '', 'a b'],
  ],
  [
    'a label key',
    isLabelKey,
    ['disk', 'example.org/Disk_1.x'],
    ['', '/disk', 'a/b/c', 'Example.org/disk', '-disk', 'example.org/', 'x'.repeat(64)],
  ],
  [
    'a label value',
    isLabelValue,
    ['', 'ssd', 'A_1.x-y'],
    ['-ssd', 'ssd-', 'a b', 'a/b', 'é', 'x'.repeat(64)],
  ],
])('%s', (_, is, right, wrong) => {
  expect(right.filter((text) => !is(text))).toEqual([]);
  expect(wrong.filter(is)).toEqual([]);
});

test('a value that was meant is one', () => {
  expect(labelValueLike(' a b/c! ')).toBe('a-b-c');
});
