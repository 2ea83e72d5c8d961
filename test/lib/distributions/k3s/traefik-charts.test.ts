import { expect, test } from '@jest/globals';
import { packagedTraefik } from '../../../../lib/distributions/k3s/traefik-charts';

test.each([
  ['v1.32.1+k3s1', '27.0.201+up27.0.2'],
  ['v1.32.7+k3s1', '34.2.1+up34.2.0'],
  ['v1.32.11+k3s1', '37.1.1+up37.1.0'],
  ['v1.32.12+k3s1', '38.0.201+up38.0.2'],
  ['v1.32.13+k3s1', '39.0.201+up39.0.2'],
  ['v1.33.7+k3s1', '37.1.1+up37.1.0'],
  ['v1.33.7+k3s3', '38.0.201+up38.0.2'],
  ['v1.33.13+k3s1', '40.1.3+up40.1.0'],
  ['v1.34.1+k3s1', '34.2.1+up34.2.0'],
  ['v1.34.8+k3s1', '39.0.701+up39.0.7'],
  ['v1.34.9+k3s1', '40.1.3+up40.1.0'],
  ['v1.35.0+k3s1', '37.1.1+up37.1.0'],
  ['v1.35.5+k3s1', '39.0.701+up39.0.7'],
  ['v1.36.1+k3s1', '39.0.701+up39.0.7'],
  ['v1.36.3+k3s1', '40.1.4+up40.1.0'],
])('K3s %s brings chart %s', (release, chart) => {
  expect(packagedTraefik(release)).toMatchObject({ chart, known: true });
});

test('a newer patch is taken for the newest of its minor, a newer minor for the newest of all, and neither is known', () => {
  expect(packagedTraefik('v1.32.14+k3s1')).toMatchObject({ chart: '39.0.201+up39.0.2', known: false });
  expect(packagedTraefik('v1.37.0+k3s1')).toMatchObject({ chart: '40.1.4+up40.1.0', known: false });
});

test('text that is no release is left to the rules about releases', () => {
  expect(packagedTraefik('latest')).toMatchObject({ known: true });
});
