import { expect, test } from '@jest/globals';
import { parseArgs, renderArgs } from '../../../../lib/distributions/k3s/args';

test('renders a map as sorted lines, several values in their order', () => {
  const args = { 'max-pods': 60, 'fail-swap-on': false, 'admission-plugins': ['b', 'a'], 'root-dir': '' };
  expect(renderArgs(args)).toEqual([
    'admission-plugins=b',
    'admission-plugins=a',
    'fail-swap-on=false',
    'max-pods=60',
    'root-dir=',
  ]);
});

test('reads lines as K3s does', () => {
  expect(parseArgs(['--max-pods=60', 'v', 'feature-gates=A=true,B=false', 'x=1', 'x=2', 'x=3'])).toEqual({
    'max-pods': '60',
    v: 'true',
    'feature-gates': 'A=true,B=false',
    x: ['1', '2', '3'],
  });
});
