import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Ajv from 'ajv/dist/2020';
import { environmentValues } from '../../cli/preview/environment-values';
import { previewSchema } from '../../lib/report/preview/preview-schema';
import type { PreviewReport } from '../../lib/diff/report';
import { cli, folderWith } from '../support/cli';

const settings = (colour: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {colour: ${colour}}}\n`;
const folder = folderWith({
  'a.yaml': settings('blue'),
  'b.yaml': settings('red'),
  'pulumi.json': readFileSync(join(__dirname, '../fixtures/pulumi-preview/digest.json'), 'utf8'),
  'broken.json': '{',
});
const diff = (...args: readonly string[]) => cli(['diff', 'a.yaml', 'b.yaml', ...args], { cwd: folder });

describe('what Pulumi says stands beside each object and at the end, in every form of the report', () => {
  test.each([
    ['text', 'pulumi: replace (delete and make again): data.colour'],
    ['md', '`pulumi`: replace (delete and make again): data.colour'],
    ['html', '<strong>Pulumi</strong>: replace (delete and make again): data.colour'],
  ])('%s', async (format, text) => {
    const { code, stdout } = await diff('--pulumi-preview', 'pulumi.json', '--format', format);
    expect(code).toBe(2);
    expect(stdout).toContain(text);
    expect(stdout).toContain('1 create, 1 delete, 4 replace, 5 same, 1 update');
  });

  test('json, which its schema allows', async () => {
    const { stdout } = await diff('--pulumi-preview', 'pulumi.json', '--format', 'json');
    const report = JSON.parse(stdout) as PreviewReport;
    expect(report.columns).toHaveLength(1);
    expect(report.objects[0]?.columns).toEqual({ pulumi: 'replace (delete and make again): data.colour' });
    const validate = new Ajv({ strict: false }).compile(previewSchema);
    expect(validate(report) ? [] : validate.errors).toEqual([]);
  });
});

test('a source that cannot be used leaves report and exit code as they are', async () => {
  const plain = await diff();
  const { code, stdout, stderr } = await diff('--pulumi-preview', 'broken.json', '--kubeconfig', 'none');
  expect([code, stderr]).toEqual([plain.code, '']);
  expect(stdout).toContain('could not be asked: broken.json is no JSON');
  expect(stdout).toContain('could not be asked: none is not there; name a kubeconfig');
});

test.each([
  [['--context', 'a'], '--context needs --kubeconfig'],
  [['--pulumi-preview', 'staging=pulumi.json'], "--pulumi-preview names 'staging', which is not compared"],
])('%s is a mistake in the use', async (args, problem) => {
  const { code, stderr } = await diff(...args);
  expect(code).toBe(1);
  expect(stderr).toContain(problem);
});

describe('the value of an option belongs to', () => {
  const known = [
    { name: 'staging', clusters: [] },
    { name: 'production', clusters: ['east', 'west'] },
  ];

  test('the only environment, when it names none', () => {
    expect(environmentValues('kubeconfig', ['a=b/c'], [{ name: 'a', clusters: [] }])).toEqual([
      { environment: 'a', value: 'b/c' },
    ]);
    expect(environmentValues('kubeconfig', ['./x=y'], [{ name: '', clusters: [] }])).toEqual([
      { environment: '', value: './x=y' },
    ]);
  });

  test('the environment or the cluster that it names', () => {
    expect(environmentValues('kubeconfig', ['staging=s.yaml', 'production/east=e=1.yaml'], known)).toEqual([
      { environment: 'staging', value: 's.yaml' },
      { environment: 'production', cluster: 'east', value: 'e=1.yaml' },
    ]);
  });

  test.each([
    [
      ['s.yaml'],
      '--kubeconfig s.yaml could be meant for any of staging, production, production/east, production/west; write --kubeconfig ENV=s.yaml',
    ],
    [['stagin=s.yaml'], "--kubeconfig names 'stagin', which is not compared; did you mean staging?"],
    [['staging=a', 'staging=b'], "--kubeconfig is given twice for 'staging'"],
  ])('one, and not several: %s', (written, problem) => {
    expect(() => environmentValues('kubeconfig', written, known)).toThrow(problem);
  });
});
