import { expect, test } from '@jest/globals';
import { parseConfigFiles } from '../../../../lib/distributions/k3s/config-file';
import { settingsOf } from '../../../../lib/distributions/k3s/parsed-options';

const settings = (base?: string, dropIns?: Record<string, string>) =>
  settingsOf(parseConfigFiles({ ...(base !== undefined && { base }), ...(dropIns && { dropIns }) }));
const problems = (base: string, dropIns?: Record<string, string>) =>
  parseConfigFiles({ base, ...(dropIns && { dropIns }) }).notes.map((note) => note.problem);

test('a later file replaces a key', () => {
  expect(settings('tls-san: [a]\ndebug: true', { '10.yaml': 'tls-san: [b]' })).toEqual({
    'tls-san': ['b'],
    debug: true,
  });
});

test('key+ appends to the text or list of earlier files', () => {
  expect(
    settings('tls-san: a\ndisable: [traefik]', { '1.yaml': 'tls-san+: [b, c]', '2.yaml': 'tls-san+: d' }),
  ).toEqual({
    'tls-san': ['a', 'b', 'c', 'd'],
    disable: ['traefik'],
  });
});

test('key+ with nothing before it sets the key', () => {
  expect(settings(undefined, { 'a.yaml': 'tls-san+: a' })).toEqual({ 'tls-san': ['a'] });
});

test('drop-ins are read in byte order, *.yaml and *.yml in any case', () => {
  const dropIns = { 'b.yaml': 'v: 2', 'B.YML': 'v: 1', 'a.yaml': 'debug: true', 'z.yaml.bak': 'v: 9' };
  expect(settings('v: 0', dropIns)).toEqual({ v: 2, debug: true });
  expect(problems('', { 'z.yaml.bak': 'v: 9' })).toEqual(['K3s does not read config.yaml.d/z.yaml.bak']);
});

test('the last of two equal keys counts', () => {
  expect(settings('v: 1\nv: 2')).toEqual({ v: 2 });
});

test('values are read as YAML 1.1, as the YAML library of K3s does', () => {
  const text =
    'write-kubeconfig-mode: 0644\ndocker: yes\nnode-name: 12:30\nlog: ~\ndebug: off\nv: 0x2\nvmodule: 1e3';
  expect(settings(text)).toEqual({
    'write-kubeconfig-mode': '420',
    docker: true,
    'node-name': '12:30',
    debug: false,
    v: 2,
    vmodule: '1000',
  });
});

test('anchors and quotes are resolved, blanks around a value dropped', () => {
  expect(settings("tls-san: [&a x, *a, ' y ']\nnode-name: '0644'")).toEqual({
    'tls-san': ['x', 'x', 'y'],
    'node-name': '0644',
  });
});

test('lists that K3s splits at commas are split', () => {
  expect(settings('cluster-cidr: 10.42.0.0/16,fd00::/56\nkubelet-arg: ["a=1,2"]')).toEqual({
    'cluster-cidr': ['10.42.0.0/16', 'fd00::/56'],
    'kubelet-arg': { a: '1,2' },
  });
});

test('secrets are not among the settings', () => {
  expect(settings('token: abc\ndebug: true')).toEqual({ debug: true });
});

test.each([
  [
    'a: b: c',
    'K3s cannot read config.yaml and stops: Nested mappings are not allowed in compact mappings at line 1, column 4:',
  ],
  ['- a', 'K3s cannot read config.yaml and stops: it is not a map of options'],
  ['v: 1\n---\nv: 2', 'K3s reads only the first YAML document of config.yaml'],
])('names what K3s cannot read in %j', (text, problem) => {
  expect(problems(text)).toEqual([problem]);
});

test('an empty file sets nothing', () => {
  expect(parseConfigFiles({ base: '# nothing\n' })).toEqual({ given: [], notes: [] });
});
