import { expect, test } from '@jest/globals';
import { loadSchemas } from '../../../adapters/schemas';
import { buildReport, type ReportInput, type ReportedEnvironment } from '../../../lib/diff/build-report';
import { columnKey } from '../../../lib/diff/column';
import { compare } from '../../../lib/diff/compare';
import { comparedObject } from '../../../lib/diff/compared-object';
import { HiddenValues } from '../../../lib/diff/hidden-value';
import { idKey } from '../../../lib/diff/object-id';
import type { PreviewReport } from '../../../lib/diff/report';
import type { RiskRule, RiskSubject } from '../../../lib/diff/rules/risk-rule';
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

const hidden = new HiddenValues();

const nameIn = (subject: RiskSubject): string => (subject.type === 'object' ? subject.id.name : subject.type);

const words = {
  title: 'A key changes',
  reason: 'why',
  onApply: 'what happens',
  fix: 'what to do',
  source: 'here',
};

/** Stands for the real table, so that a report can be made of any level: speaks of each changed ConfigMap. */
const rule = (level: 'block' | 'high' | 'caution', needsReplacement = false): RiskRule => ({
  ...words,
  id: `${level}-key`,
  level,
  needsReplacement,
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

test.each([
  ['Cluster k3s', 'k3s'],
  ['cluster k3s', 'k3s'],
  ['All objects', ''],
  ['all objects', ''],
])('a comment waives %s, as the report writes it and as it is named', (subject, cluster) => {
  const onCluster: RiskRule = {
    ...words,
    id: 'block-key',
    level: 'block',
    on: 'environment',
    check: () => [{ subject: { type: 'cluster', cluster }, what: 'it' }],
  };
  const waivers = commentedWaivers(
    `// k3stack-waive block-key ${subject} until 2026-12-31: known`,
    'program.ts',
  );
  expect(report([environment('s', [], [])], { rules: [onCluster], waivers }).verdict.gated).toBe(false);
});

test('comments waive too, and those that waive nothing are told', () => {
  const waivers = commentedWaivers(
    [
      '// k3stack-waive block-key ConfigMap shop/c until 2026-12-31: rolled out by hand',
      '// k3stack-waive block-key ConfigMap shop/other until 2026-12-31: nothing there',
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

/** A ConfigMap of each name, declared on its line of `program.ts`, which changes. */
const declared = (lines: Readonly<Record<string, number>>): ReportedEnvironment => {
  const configs = (value: string) => Object.keys(lines).map((name) => config(name, { block: value }));
  const side = (value: string) => ({
    kubernetes: '1.34',
    objects: configs(value).map((object) =>
      comparedObject(object, { file: 'program.ts', line: lines[object.metadata.name ?? ''] ?? 0 }, hidden),
    ),
  });
  return { name: 's', state: 'compared', comparison: compare('s', side('1'), side('2'), loadSchemas()) };
};

test.each([
  ['right below it', { c: 3 }, ['c']],
  ['in its own line', { c: 2 }, ['c']],
  ['three lines below it', { c: 5 }, ['c']],
  ['further away', { c: 6 }, []],
  ['above it', { c: 1 }, []],
  ['below what is right below it', { c: 3, d: 4 }, ['c']],
] as const)(
  'a comment without a subject, and what is declared %s: waived is what comes first',
  (_case, lines, waived) => {
    const waivers = commentedWaivers('\n// k3stack-waive block-key until 2026-12-31: known', 'program.ts');
    const { risks } = report([declared(lines)], { waivers });
    expect(risks).toHaveLength(Object.keys(lines).length);
    expect(risks.filter((risk) => risk.waived).map(({ subject }) => nameIn(subject))).toEqual(waived);
  },
);

test('a comment without a subject waives nothing of what is removed, whose lines are those of the base', () => {
  const gone: RiskRule = {
    ...rule('block'),
    id: 'gone',
    on: 'object',
    check: ({ kind }) => (kind === 'removed' ? [{ what: 'is gone' }] : []),
  };
  const { comparison } = declared({ c: 3 });
  const removed =
    comparison && compare('s', comparison.before, { ...comparison.after, objects: [] }, loadSchemas());
  const made = report([{ name: 's', state: 'compared', ...(removed && { comparison: removed }) }], {
    rules: [gone],
    waivers: commentedWaivers('\n// k3stack-waive gone until 2026-12-31: known', 'program.ts'),
  });
  expect(made.risks.map(({ waived }) => waived)).toEqual([undefined]);
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

test('what has to be made again is counted by rules that the API server bears out, in each environment and all of them', () => {
  const refusing = (level: 'block' | 'high'): RiskRule => rule(level, level === 'block');
  const made = report(
    [
      environment('s', [config('c', { block: '1' })], [config('c', { block: '2' })]),
      environment('p', [config('c', { high: '1' })], [config('c', { high: '2' })]),
    ],
    { rules: [refusing('block'), refusing('high')] },
  );
  expect(made.environments.map(({ counts }) => counts.replaced)).toEqual([1, 0]);
  expect(made.objects.map(({ replaced, environments }) => [replaced, environments])).toEqual([
    [true, ['s']],
    [false, ['p']],
  ]);
});

test('what one environment refuses is to be replaced in the block that it shares with others', () => {
  const inProduction: RiskRule = {
    ...rule('block', true),
    on: 'object',
    check: (_change, { environment }) => (environment === 'p' ? [{ what: '1 -> 2' }] : []),
  };
  const states = [[config('c', { a: '1' })], [config('c', { a: '2' })]] as const;
  const made = report([environment('s', ...states), environment('p', ...states)], { rules: [inProduction] });
  expect(made.objects).toMatchObject([{ replaced: true, level: 'block', environments: ['s', 'p'] }]);
});

test('what comes in two environments in two ways is two blocks', () => {
  const made = report([
    environment('s', [], [config('c', { a: '1' })]),
    environment('p', [], [config('c', { a: '2' })]),
    environment('t', [], [config('c', { a: '2' })]),
  ]);
  expect(made.objects.map(({ environments, differsIn }) => [environments, differsIn])).toEqual([
    [['p', 't'], ['s']],
    [['s'], ['p', 't']],
  ]);
});

test('an environment that is new has no Kubernetes of before, one that goes none of after', () => {
  const { environments } = report([
    { ...environment('s', [], [config('c', {})]), state: 'added' },
    { ...environment('p', [config('c', {})], []), state: 'removed' },
  ]);
  expect(environments.map(({ kubernetes }) => kubernetes)).toEqual([{ after: '1.34' }, { before: '1.34' }]);
});

test('waivers on an object that is removed are those that the base had on it', () => {
  const gone: RiskRule = {
    ...rule('block'),
    id: 'gone',
    on: 'object',
    check: ({ kind }) => (kind === 'removed' ? [{ what: 'is gone' }] : []),
  };
  const kept = { 'k3stack.dev/waive-gone': 'until 2026-12-31: moved' };
  const made = report([environment('s', [config('c', {}, kept)], [])], { rules: [gone] });
  expect(made.risks).toMatchObject([{ waived: { reason: 'moved' } }]);
});

test('an annotation waives for its own environment only, and what is waived comes last', () => {
  const kept = { 'k3stack.dev/waive-block-key': 'until 2026-12-31: known' };
  const made = report(
    [
      environment('s', [config('c', { block: '1' }, kept)], [config('c', { block: '2' }, kept)]),
      environment('p', [config('c', { block: '1' })], [config('c', { block: '2' })]),
      environment('t', [config('d', { caution: '1' })], [config('d', { caution: '2' })]),
    ],
    { rules: [rule('block'), rule('caution')] },
  );
  expect(made.risks.map(({ rule: id, environments, waived }) => [id, environments, waived?.reason])).toEqual([
    ['block-key', ['p'], undefined],
    ['caution-key', ['t'], undefined],
    ['block-key', ['s'], 'known'],
  ]);
});

test('what is waived has to be made again all the same', () => {
  const kept = { 'k3stack.dev/waive-block-key': 'until 2026-12-31: known' };
  const made = report(
    [environment('s', [config('c', { block: '1' }, kept)], [config('c', { block: '2' }, kept)])],
    { rules: [rule('block', true)] },
  );
  expect(made.objects).toMatchObject([{ level: 'routine', replaced: true }]);
  expect(made.verdict).toMatchObject({ level: 'routine', gated: false, counts: { changed: 1, replaced: 1 } });
});
