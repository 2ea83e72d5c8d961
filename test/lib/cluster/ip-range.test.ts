import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addressInNetwork,
  isInRange,
  parseAddress,
  parseRange,
  rangesOverlap,
  type IpRange,
} from '../../../lib/cluster/ip-range';

const range = (text: string): IpRange => {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

test.each([
  '10.42.0.0',
  '10.42.0.0/33',
  '10.42.0/16',
  '010.42.0.0/16',
  '10.42.0.0/16/16',
  '10.42.0.0/-1',
  'fd00::/129',
  'fe80::1%eth0/64',
  '/16',
  '',
  'lan/16',
])('%j is no network', (text) => expect(parseRange(text)).toBeUndefined());

test('a network knows its first and last address, and whether it is named by the first', () => {
  expect(range('10.42.0.0/16')).toMatchObject({ family: 4, prefix: 16, isAligned: true });
  expect(range('10.42.0.1/16').isAligned).toBe(false);
  expect(range('fd00:42::/56').last - range('fd00:42::/56').first).toBe(2n ** 72n - 1n);
  expect(range('0.0.0.0/0').last).toBe(2n ** 32n - 1n);
});

test.each([
  ['10.42.0.0/16', '10.42.255.0/24', true],
  ['10.42.255.0/24', '10.42.0.0/16', true],
  ['10.42.0.0/16', '10.43.0.0/16', false],
  ['0.0.0.0/0', '::/0', false],
])('%s and %s overlap: %j', (a, b, expected) => {
  expect(rangesOverlap(range(a), range(b))).toBe(expected);
});

test.each(['10.0.0.1', '255.255.255.255', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
  '%s is an address',
  (text) => {
    expect(parseAddress(text)).toBeDefined();
  },
);

test.each(['10.0.0', '10.0.0.256', '0x0a.0.0.1', '10.0.0.01', '1', 'localhost', '[::1]', ':::', ''])(
  '%j is no address',
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);

test('an address of a network lies in it', () => {
  expect(addressInNetwork('10.43.0.0/16', 10)).toBe('10.43.0.10');
  expect(addressInNetwork('fd00:43::/112', 10)).toBe('fd00:43::a');
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.integer({ min: 8, max: 24 }),
      fc.integer({ min: 0, max: 255 }),
      (ip, prefix, index) => {
        const address = parseAddress(addressInNetwork(`${ip}/${prefix}`, index));
        expect(address && isInRange(range(`${ip}/${prefix}`), address)).toBe(true);
      },
    ),
  );
});
