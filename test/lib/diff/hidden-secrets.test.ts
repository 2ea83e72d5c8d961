import { expect, test } from '@jest/globals';
import { comparedObject } from '../../../lib/diff/compared-object';
import { HiddenValues } from '../../../lib/diff/hidden-value';
import { buildReport } from '../../../lib/diff/build-report';
import type { PreviewReport } from '../../../lib/diff/report';
import { withoutSecrets } from '../../../lib/diff/secret-text';
import { previewHtml } from '../../../lib/report/preview/html/preview-html';
import { previewJson } from '../../../lib/report/preview/preview-json';
import { previewMarkdown } from '../../../lib/report/preview/preview-markdown';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../support/comparison';

const object = (kind: string, rest: object, annotations: object = {}): KubernetesObject =>
  ({
    apiVersion: kind === 'HelmChart' ? 'helm.cattle.io/v1' : 'v1',
    kind,
    metadata: { name: 'shop', namespace: 'shop', annotations },
    ...rest,
  }) as KubernetesObject;

const pod = (container: object): KubernetesObject =>
  object('Pod', { spec: { containers: [{ name: 'web', image: 'web:1', ...container }] } });

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function reportOf(before: KubernetesObject, after: KubernetesObject): PreviewReport {
  return buildReport({
    project: '',
    base: { label: 'before' },
    head: { label: 'after' },
    environments: [{ name: 'test', state: 'compared', comparison: comparisonOf([before], [after]) }],
    gate: 'never',
    today: '2026-11-21',
  });
}

const everyForm = (report: PreviewReport): string =>
  [previewJson(report), previewMarkdown(report), previewHtml(report)].join('\n');

/** What an object holds that is a secret, by where it stands. */
const PLACES: Readonly<Record<string, (secret: string) => KubernetesObject>> = {
  'a key of a Secret': (secret) => object('Secret', { data: { key: base64(secret) } }),
  'a key of a Secret that is called as a property of JavaScript': (secret) =>
    object('Secret', JSON.parse(`{"data":{"__proto__":"${base64(secret)}"}}`) as object),
  'a field that a Secret does not have': (secret) => object('Secret', { Data: { key: secret } }),
  'a field of a Secret that is of another type': (secret) => object('Secret', { immutable: secret }),
  'an annotation of a Secret': (secret) => object('Secret', {}, { 'db-password': secret }),
  'an annotation of a Secret with a prefix': (secret) =>
    object('Secret', {}, { 'example.com/token': secret }),
  'an address in an annotation of a Secret': (secret) =>
    object('Secret', {}, { at: `https://u:${secret}@h` }),
  'the copy that kubectl keeps of a Secret': (secret) =>
    object('Secret', {}, { 'kubectl.kubernetes.io/last-applied-configuration': secret }),
  'the compressed copy that K3s keeps of an object': (secret) =>
    object('Secret', {}, { 'objectset.rio.cattle.io/applied': base64(secret) }),
  'the copy that kapp keeps of an object': (secret) =>
    object('Secret', {}, { 'kapp.k14s.io/original': `{"data":{"key":"${base64(secret)}"}}` }),
  'the copy that kubectl keeps of a ConfigMap': (secret) =>
    object('ConfigMap', {}, { 'kubectl.kubernetes.io/last-applied-configuration': `{"x":"${secret}"}` }),
  'YAML in a ConfigMap': (secret) =>
    object('ConfigMap', { data: { 'app.yaml': `db:\n  host: h\n  password: ${secret}\n  port: 1\n` } }),
  'JSON in a ConfigMap': (secret) =>
    object('ConfigMap', { data: { 'app.json': JSON.stringify({ db: { password: secret } }) } }),
  'properties in a ConfigMap': (secret) =>
    object('ConfigMap', { data: { 'app.properties': `a=b\nspring.datasource.password=${secret}\n` } }),
  'a block of text under the name of a password': (secret) =>
    object('ConfigMap', { data: { password: `${secret}\n` } }),
  'a password that begins as a path': (secret) => object('ConfigMap', { data: { password: `/${secret}` } }),
  'a manifest of a Secret in a ConfigMap': (secret) =>
    object('ConfigMap', { data: { 'all.yaml': `kind: Secret\nstringData:\n  key: ${secret}\n` } }),
  'a login of a registry in a ConfigMap': (secret) =>
    object('ConfigMap', { data: { 'config.json': `{"auths":{"r":{"auth":"${base64(secret)}"}}}` } }),
  'an address of MySQL': (secret) =>
    object('ConfigMap', { data: { dsn: `user:${secret}@tcp(db:3306)/shop` } }),
  'a login without a user in an address': (secret) =>
    object('ConfigMap', { data: { at: `redis://:${secret}@r` } }),
  'a parameter of an address': (secret) =>
    object('ConfigMap', { data: { at: `https://h/x?token=${secret}&a=b` } }),
  'an argument with =': (secret) => pod({ args: ['--a', `--db-password=${secret}`] }),
  'an argument after its option': (secret) => pod({ args: ['--token', secret] }),
  'a line of a shell': (secret) => pod({ command: ['sh', '-c', `export PASSWORD=${secret}; exec x`] }),
  'a variable with a number': (secret) => pod({ env: [{ name: 'PASSWORD_1', value: secret }] }),
  'a header': (secret) => pod({ env: [{ name: 'HEADER', value: `Bearer ${secret}1` }] }),
  'values of a chart': (secret) =>
    object('HelmChart', { spec: { valuesContent: `a: 1\nauth:\n  rootPassword: '${secret}' # mine\n` } }),
  'a variable in values of a chart': (secret) =>
    object('HelmChart', { spec: { valuesContent: `env:\n  - name: DB_PASSWORD\n    value: ${secret}\n` } }),
  'the value of a field with such a name': (secret) =>
    object('HelmChart', { spec: { userPassword: { value: secret } } }),
  'a list of a field with such a name': (secret) => object('HelmChart', { spec: { tokens: [secret] } }),
};

test.each(Object.keys(PLACES))('%s reaches no form of a report, and its change is told', (place) => {
  const make = PLACES[place]!;
  const secrets = ['qwertzuiop12', 'yxcvbnmasd34'] as const;
  const report = reportOf(make(secrets[0]), make(secrets[1]));
  const text = everyForm(report);
  for (const secret of secrets)
    expect([text.includes(secret), text.includes(base64(secret))]).toEqual([false, false]);
  const isNoise = place.startsWith('the copy that kubectl');
  expect(report.verdict.level === 'none').toBe(isNoise);
});

test('what stands around a secret in a text is shown, with what became of it', () => {
  const config = (password: string, port: number): KubernetesObject =>
    object('ConfigMap', { data: { 'app.yaml': `host: h\npassword: ${password}\nport: ${port}\n` } });
  const fieldOf = (before: KubernetesObject, after: KubernetesObject) => {
    const [block] = reportOf(before, after).objects;
    return [block?.fields[0]?.before, block?.fields[0]?.after];
  };
  expect(fieldOf(config('first-one', 1), config('first-one', 2))).toEqual([
    'host: h\npassword: «hidden»\nport: 1\n',
    'host: h\npassword: «hidden»\nport: 2\n',
  ]);
  expect(fieldOf(config('first-one', 1), config('second-one', 1))).toEqual([
    'host: h\npassword: «hidden»\nport: 1\n',
    'host: h\npassword: «hidden, another»\nport: 1\n',
  ]);
});

test('a secret in the middle of a text is told as a risk when it comes or changes, not when something else does', () => {
  const risksOf = (before: string, after: string): string[] =>
    reportOf(
      object('ConfigMap', { data: { 'app.yaml': before } }),
      object('ConfigMap', { data: { 'app.yaml': after } }),
    ).risks.map(({ rule }) => rule);
  expect(risksOf('a: 1\n', 'a: 1\npassword: first-one\n')).toEqual(['secret-in-plain-sight']);
  expect(risksOf('password: first-one\n', 'password: second-one\n')).toEqual(['secret-in-plain-sight']);
  expect(risksOf('a: 1\npassword: first-one\n', 'a: 2\npassword: first-one\n')).toEqual([]);
});

test.each([
  'existingSecret: shop-db',
  'imagePullSecret: registry',
  'secretName: shop-tls',
  'passwordFile: /run/secrets/db',
  'password: ${DB_PASSWORD}',
  'export PASSWORD=$PW',
  'token: true',
  'description: A token: it is used once',
  'if password == other',
  'the keys of a token: three',
  'primaryKey: id-of-user',
])('nothing is hidden in %s', (text) => {
  expect(withoutSecrets(text, () => '***')).toBe(text);
});

test('an object without secrets stays the object that it was', () => {
  const config = object('ConfigMap', {
    data: { a: 'b', 'app.yaml': 'tokens: 3\n', list: ['--token-file', '/x'] },
  });
  expect(comparedObject(config, {}, new HiddenValues()).object).toBe(config);
});
