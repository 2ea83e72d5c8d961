import { expect, test } from '@jest/globals';
import { buildReport, type ReportInput, type ReportedEnvironment } from '../../../lib/diff/build-report';
import { columnKey } from '../../../lib/diff/column';
import { idKey } from '../../../lib/diff/object-id';
import type { PreviewReport } from '../../../lib/diff/report';
import type { RiskRule } from '../../../lib/diff/rules/risk-rule';
import { commentedWaivers } from '../../../lib/diff/waivers';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../support/comparison';

type Objects = readonly KubernetesObject[];

const config = (name: string, data: object, annotations?: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', ...(annotations && { annotations }) },
  data,
});

const web = (image: string, name = 'web'): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { selector: {}, template: { spec: { containers: [{ name: 'web', image }] } } },
});

const words = {
  title: 'A key changes',
  reason: 'why',
  onApply: 'what happens',
  fix: 'what to do',
  source: 'here',
};

/** Stands for the real table, so that a report can be made of any level: speaks of each changed ConfigMap. */
const rule = (level: 'block' | 'high' | 'caution', refusedByApi = false): RiskRule => ({
  ...words,
  id: `${level}-key`,
  level,
  refusedByApi,
  on: 'object',
  kinds: ['ConfigMap'],
  check: ({ fields }) =>
    fields.filter(({ path }) => path[1] === level).map(() => ({ field: `data.${level}`, what: '1 -> 2' })),
});

const environment = (name: string, before: Objects, after: Objects): ReportedEnvironment => ({
  name,
  state: 'compared',
  comparison: { ...comparisonOf(before, after), environment: name },
});

const report = (
  environments: readonly ReportedEnvironment[],
  more: Partial<ReportInput> = {},
): PreviewReport =>
  buildReport({
    project: '',
    base: { label: 'main' },
    head: { label: 'HEAD' },
    environments,
    gate: 'block',
    today: '2026-11-21',
    rules: [rule('caution'), rule('high'), rule('block', true)],
    ...more,
  });

test('nothing that differs is level none, without blocks', () => {
  const same = report([environment('staging', [web('a:1')], [web('a:1')])]);
  expect(same.verdict).toMatchObject({ level: 'none', gated: false, environments: [], incomplete: false });
  expect(same.objects).toEqual([]);
});

test('the same change in several environments is one block, and what differs there is said', () => {
  const { objects, images, environments, verdict } = report([
    environment('staging', [web('nginx:1.26')], [web('nginx:1.27')]),
    environment(
      'production',
      [web('nginx:1.26'), config('c', { a: '1' })],
      [web('nginx:1.27'), config('c', { a: '2' })],
    ),
    environment('dev', [web('nginx:1.27')], [web('nginx:1.27')]),
  ]);
  expect(objects.map(({ id, environments, differsIn }) => [id.kind, environments, differsIn])).toEqual([
    ['ConfigMap', ['production'], []],
    ['Deployment', ['staging', 'production'], ['dev']],
  ]);
  expect(images).toEqual([
    {
      image: 'nginx',
      from: '1.26',
      to: '1.27',
      step: 'minor',
      workloads: ['Deployment shop/web'],
      environments: ['staging', 'production'],
    },
  ]);
  expect(verdict).toMatchObject({
    level: 'routine',
    environments: ['staging', 'production'],
    counts: { changed: 3 },
  });
  expect(environments.map(({ levels }) => levels.routine)).toEqual([1, 2, 0]);
});

test('the worst risk decides on level and gate, and comes first', () => {
  const [before, after] = [
    config('c', { caution: '1', block: '1' }),
    config('c', { caution: '2', block: '2' }),
  ];
  const made = report([environment('staging', [web('a:1'), before], [web('a:2'), after])]);
  expect(made.verdict).toMatchObject({ level: 'block', gated: true, counts: { changed: 2, replaced: 1 } });
  expect(made.risks.map(({ rule, what }) => [rule, what])).toEqual([
    ['block-key', '1 -> 2'],
    ['caution-key', '1 -> 2'],
  ]);
  expect(made.objects.map(({ id, level, replaced }) => [id.kind, level, replaced])).toEqual([
    ['ConfigMap', 'block', true],
    ['Deployment', 'routine', false],
  ]);
  expect(report([environment('s', [before], [after])], { gate: 'never' }).verdict.gated).toBe(false);
});

test.each([
  ['high', 'caution', false],
  ['high', 'high', true],
  ['caution', 'block', true],
  ['routine', 'caution', true],
] as const)('a gate at %s is reached by %s: %s', (gate, level, reached) => {
  const made = report([environment('s', [config('c', { [level]: '1' })], [config('c', { [level]: '2' })])], {
    gate,
  });
  expect(made.verdict.gated).toBe(reached);
});

test.each([
  ['in force', 'until 2026-11-21: moved by hand', 'in-force', 'none'],
  ['expired', 'until 2026-11-20: moved by hand', 'expired', 'block'],
  ['without a reason', 'until 2026-12-31', 'invalid', 'block'],
  ['without a day', 'moved by hand', 'invalid', 'block'],
  ['with a day that there is none of', 'until 2026-02-30: x', 'invalid', 'block'],
] as const)('an annotation that waives, %s', (_case, text, state, gated) => {
  const [before, after] = ['1', '2'].map((block) =>
    config('c', { block }, { 'k3stack.dev/waive-block-key': text }),
  );
  const made = report([environment('s', [before as KubernetesObject], [after as KubernetesObject])]);
  expect(made.waivers).toMatchObject([{ rule: 'block-key', subject: 'ConfigMap shop/c', state }]);
  expect(made.verdict.gated).toBe(gated === 'block');
  expect(made.risks).toHaveLength(1);
  expect(made.risks[0]?.waived !== undefined).toBe(gated === 'none');
});

test('comments waive too, and those that waive nothing are told', () => {
  const waivers = commentedWaivers(
    [
      '// k3stack-waive block-key ConfigMap shop/c until 2026-12-31: rolled out by hand',
      '# k3stack-waive block-key ConfigMap shop/other until 2026-12-31: nothing there',
      '/* k3stack-waive no-such-rule ConfigMap shop/c until 2026-12-31: a typing error */',
    ].join('\n'),
    'program.ts',
  );
  const made = report([environment('s', [config('c', { block: '1' })], [config('c', { block: '2' })])], {
    waivers,
  });
  expect(made.verdict.level).toBe('routine');
  expect(made.risks).toMatchObject([{ waived: { reason: 'rolled out by hand', until: '2026-12-31' } }]);
  expect(made.waivers.map(({ state, origin }) => [state, origin.line])).toEqual([
    ['in-force', 1],
    ['unused', 2],
    ['invalid', 3],
  ]);
});

test('a comment without a subject waives what is declared right below it, and nothing further away', () => {
  const comparison = comparisonOf([config('c', { block: '1' })], [config('c', { block: '2' })]);
  const at = (line: number): ReportedEnvironment => ({
    name: 's',
    state: 'compared',
    comparison: {
      ...comparison,
      environment: 's',
      find: (side, id) => {
        const found = comparison.find(side, id);
        return found && { ...found, origin: { file: 'program.ts', line } };
      },
    },
  });
  const waivers = commentedWaivers('\n// k3stack-waive block-key until 2026-12-31: known', 'program.ts');
  expect(report([at(3)], { waivers }).verdict.gated).toBe(false);
  expect(report([at(30)], { waivers }).verdict.gated).toBe(true);
});

test('noise is in no block, but counted', () => {
  const noisy = (chart: string): KubernetesObject => ({
    ...config('c', {}),
    metadata: { name: 'c', labels: { 'helm.sh/chart': chart } },
  });
  const made = report([environment('s', [noisy('a-1.0.0')], [noisy('a-1.0.1')])]);
  expect(made).toMatchObject({ objects: [], folds: { 'chart-label': 1 }, verdict: { level: 'none' } });
});

test('schema findings are told only where the change brings or mends them', () => {
  const bad = (name: string, key = 'imag'): KubernetesObject => ({
    ...web('a:1', name),
    spec: { selector: {}, template: { spec: { containers: [{ name: 'web', [key]: 'a:1' }] } } },
  });
  const { lint } = report([
    environment(
      's',
      [bad('old'), bad('mended'), web('a:1', 'new')],
      [bad('old'), web('a:1', 'mended'), bad('new')],
    ),
  ]);
  expect(lint.introduced.filter(({ rule }) => rule === 'unknown-field')).toMatchObject([
    { subject: 'Deployment shop/new', fix: "write 'image'" },
  ]);
  expect(lint.fixed.filter(({ rule }) => rule === 'unknown-field')).toMatchObject([
    { subject: 'Deployment shop/mended' },
  ]);
});

test('an environment that could not be made leaves the report incomplete', () => {
  const made = report([{ name: 's', state: 'base-failed', problem: 'does not build' }]);
  expect(made.verdict).toMatchObject({ incomplete: true, level: 'none' });
  expect(made.environments).toMatchObject([{ state: 'base-failed', problem: 'does not build' }]);
});

test('another source is told of the objects that it speaks of', () => {
  const after = config('c', { a: '2' });
  const id = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'c' };
  const column = {
    id: 'live',
    title: 'Live cluster',
    notes: ['3 objects differ'],
    says: new Map([[columnKey('s', idKey(id)), 'unchanged']]),
  };
  const made = report([environment('s', [config('c', { a: '1' })], [after])], { columns: [column] });
  expect(made.objects[0]?.columns).toEqual({ live: 'unchanged' });
  expect(made.columns).toEqual([{ id: 'live', title: 'Live cluster', notes: ['3 objects differ'] }]);
});

test('the report is plain data: what is written as JSON is all of it', () => {
  const secret = (value: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    stringData: { a: value },
  });
  const made = report([environment('s', [secret('x')], [secret('y')])]);
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  expect(made.objects[0]?.fields).toEqual([
    { path: 'data.a', op: 'replace', before: '«hidden»', after: '«hidden»' },
  ]);
});
