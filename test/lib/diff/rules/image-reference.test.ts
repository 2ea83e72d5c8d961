import { expect, test } from '@jest/globals';
import { readImage, versionStep, versionText } from '../../../../lib/diff/rules/image-reference';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test.each([
  ['nginx', 'nginx', 'docker.io', 'library/nginx', undefined, undefined],
  ['nginx:1.27', 'nginx', 'docker.io', 'library/nginx', '1.27', undefined],
  [
    'docker.io/library/nginx:1.27',
    'docker.io/library/nginx',
    'docker.io',
    'library/nginx',
    '1.27',
    undefined,
  ],
  [
    'index.docker.io/grafana/grafana',
    'index.docker.io/grafana/grafana',
    'docker.io',
    'grafana/grafana',
    undefined,
    undefined,
  ],
  ['grafana/grafana:12.0.0', 'grafana/grafana', 'docker.io', 'grafana/grafana', '12.0.0', undefined],
  [`ghcr.io/acme/shop@${DIGEST}`, 'ghcr.io/acme/shop', 'ghcr.io', 'acme/shop', undefined, DIGEST],
  [`localhost:5000/shop:v1@${DIGEST}`, 'localhost:5000/shop', 'localhost:5000', 'shop', 'v1', DIGEST],
] as const)('%s is taken apart', (text, image, registry, path, tag, digest) => {
  expect(readImage(text)).toEqual({ image, registry, path, ...(tag && { tag }), ...(digest && { digest }) });
});

test('what is no reference is none', () => {
  expect(['', 'Nginx', 'a b', 'nginx:', undefined, 7].map(readImage)).toEqual(Array(6).fill(undefined));
});

test('tag and digest are shown as written, and latest where neither is', () => {
  expect(
    ['web', 'web:1', `web@${DIGEST}`, `web:1@${DIGEST}`].map((text) =>
      versionText(readImage(text) ?? { image: '', registry: '', path: '' }),
    ),
  ).toEqual(['latest', '1', `@${DIGEST}`, `1@${DIGEST}`]);
});

test.each([
  ['1.2.3', '1.2.3', undefined],
  ['1.2.3', '2.0.0', 'major'],
  ['1.9', '1.10', 'minor'],
  ['v1.2.3', '1.2.4', 'patch'],
  ['1.2.3', '1.2.2', 'downgrade'],
  ['2.0.0', '1.99.99', 'downgrade'],
  ['15', '16', 'major'],
  ['15-alpine', '16-alpine', 'major'],
  ['16', '16.3', 'other'],
  ['16.3', '16', 'other'],
  ['3.12-alpine', '3.12-slim', 'other'],
  ['3.12-alpine3.19', '3.12-alpine3.20', 'patch'],
  ['3.12-alpine', '3.11-slim', 'downgrade'],
  ['1.2.3-rc.1', '1.2.3', 'patch'],
  ['1.2.3', '1.2.3-rc.1', 'downgrade'],
  ['1.2.3-rc.1', '1.2.3-rc.2', 'patch'],
  ['1.2.3-rc.10', '1.2.3-rc.9', 'downgrade'],
  ['3.13.0b1', '3.13.0b2', 'patch'],
  ['v1.34.1-k3s1', 'v1.34.1-k3s2', 'patch'],
  ['v1.34.1-k3s2', 'v1.35.0-k3s1', 'minor'],
  ['12.1.0-debian-12-r90', '12.1.0-debian-12-r91', 'patch'],
  ['4.0.9-ls12', '4.0.10-ls1', 'patch'],
  ['1.2.3.4', '1.2.3.5', 'patch'],
  ['2025.12.1', '2026.1.0', 'minor'],
  ['2026.1.0', '2026.1.1', 'patch'],
  ['2026.1', '2025.12', 'downgrade'],
  ['RELEASE.2025-01-16T16-07-38Z', 'RELEASE.2025-04-08T15-41-24Z', 'patch'],
  ['RELEASE.2025-04-08T15-41-24Z', 'RELEASE.2025-01-16T16-07-38Z', 'downgrade'],
  ['20240131', '20240215', 'other'],
  ['20240215', '20240131', 'downgrade'],
  ['release-1.2', 'release-2.0', 'major'],
  ['release-1.2', 'hotfix-1.3', 'other'],
  ['latest', '1.2.3', 'other'],
  ['main', 'stable', 'other'],
  ['a1b2c3d', 'b2c3d4e', 'other'],
  ['7e3f2a1', '6d2c1b0', 'other'],
] as const)('from %s to %s', (from, to, step) => {
  expect(versionStep(from, to)).toBe(step);
});
