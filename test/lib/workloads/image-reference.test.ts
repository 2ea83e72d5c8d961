import { describe, expect, test } from '@jest/globals';
import { isPinned, parseImage } from '../../../lib/workloads/image-reference';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseImage', () => {
  test.each([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.29', { repository: 'nginx', tag: '1.29' }],
    ['ghcr.io/acme/shop:v1.4.2-rc.1', { repository: 'ghcr.io/acme/shop', tag: 'v1.4.2-rc.1' }],
    ['registry.lan:5000/shop', { repository: 'registry.lan:5000/shop' }],
    ['registry.lan:5000/shop:1', { repository: 'registry.lan:5000/shop', tag: '1' }],
    ['[fd00::1]:5000/shop:1', { repository: '[fd00::1]:5000/shop', tag: '1' }],
    [`acme/shop@${DIGEST}`, { repository: 'acme/shop', digest: DIGEST }],
    [`acme/shop:1@${DIGEST}`, { repository: 'acme/shop', tag: '1', digest: DIGEST }],
  ])('reads %s', (text, parts) => expect(parseImage(text)).toEqual(parts));

  test.each([
    '',
    'Acme/Shop:1',
    'shop:',
    'shop:1 ',
    'https://ghcr.io/a:1',
    `shop@sha256:abc`,
    'a//b:1',
    '-x:1',
  ])('refuses %j', (text) => expect(parseImage(text)).toBeUndefined());
});

test.each([
  ['shop:1.4.2', true],
  [`shop@${DIGEST}`, true],
  [`shop:latest@${DIGEST}`, true],
  ['shop', false],
  ['shop:latest', false],
])('%s names one image for good: %s', (text, pinned) => expect(isPinned(parseImage(text)!)).toBe(pinned));
