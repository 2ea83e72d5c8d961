import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../../lib/distributions/k3s/datastore';
import {
  environmentLine,
  unitText,
  unitWord,
} from '../../../../../lib/distributions/k3s/files/systemd-syntax';
import { k3sRules } from '../../../../../lib/distributions/k3s/rules';
import { runRules } from '../../../../../lib/rules/rule';
import { secret } from '../../../../../lib/secret';
import { hostNamed, k3sModel, server } from '../../../../support/k3s-model';

/** Text that means something to YAML, shells, systemd or sysctl. */
const hostile = fc.oneof(
  fc.constantFrom(
    '%n',
    '$HOME',
    '${X}',
    '`id`',
    'a\nExecStart=/bin/sh',
    'x\\',
    ' x',
    "'",
    '"',
    '": "x',
    '# x',
    '- x',
    'yes',
    '0644',
    '1e3',
    '~',
    '«secret:x»',
    'a\u2028b',
    '\u0085',
    '*',
    '/srv/k3s',
    '10.0.0.9',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);

/** What systemd 252 makes of an environment file (src/basic/env-file.c), for one assignment in double quotes. */
function readEnvironment(line: string): string {
  const [, quoted] = /^[A-Z0-9_]+="((?:[^"\\]|\\[^])*)"\n$/.exec(line) ?? [];
  if (quoted === undefined) throw new Error(`not one assignment: ${JSON.stringify(line)}`);
  return quoted.replace(/\\(["\\`$])/g, '$1');
}

test('a value comes out of an environment file as it went in, or is refused', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      let line: string;
      try {
        line = environmentLine('X', value);
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_UNIT_TEXT' });
        return;
      }
      expect(line.split(/[\n\r]/)).toHaveLength(2);
      expect(readEnvironment(line)).toBe(value);
    }),
  );
});

test('a value in a unit stays on its line and expands to nothing, or is refused', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      let text: string;
      try {
        text = unitText(value);
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_UNIT_TEXT' });
        return;
      }
      expect(text).not.toMatch(/[\n\r]|\\$/);
      expect(text.replaceAll('%%', '')).not.toContain('%');
      expect(text.replaceAll('%%', '%')).toBe(value);
    }),
  );
});

const alfa = (more: object): Partial<K3sClusterProps> => ({ servers: { alfa: { ...server(1), ...more } } });
const sql = { host: 'db', user: 'k3s', password: secret('p') };

/** What systemd makes of one word of a command line: quotes, then specifiers and variables (systemd.service(5), COMMAND LINES). */
function readWord(word: string): string {
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(word)?.[1]?.replace(/\\(["\\])/g, '$1');
  const text = quoted ?? word;
  if (quoted === undefined && !/^[\w./$%-]+$/.test(word))
    throw new Error(`not one word: ${JSON.stringify(word)}`);
  if (/[%$]/.test(text.replaceAll('%%', '').replaceAll('$$', '')))
    throw new Error(`expands: ${JSON.stringify(word)}`);
  return text.replaceAll('%%', '%').replaceAll('$$', '$');
}

test('an argument in a unit is one word that expands to nothing, or is refused', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      let word: string;
      try {
        word = unitWord(value);
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_UNIT_TEXT' });
        return;
      }
      expect(readWord(word)).toBe(value);
    }),
  );
});

/** Each property that takes text, with one hostile text in it. */
const places: ((text: string) => Partial<K3sClusterProps>)[] = [
  (text) => alfa({ labels: { a: text } }),
  (text) => alfa({ annotations: { a: text } }),
  (text) => alfa({ taints: [{ key: 'k', value: text, effect: 'NoSchedule' }] }),
  (text) => alfa({ sysctls: { 'vm.x': text } }),
  (text) => alfa({ sysctls: { [text]: '1' } }),
  (text) => alfa({ dataDir: text }),
  (text) => alfa({ nodeIp: text }),
  (text) => alfa({ externalIp: text }),
  (text) => alfa({ ssh: { host: text } }),
  (text) => alfa({ ceiling: { memory: text } }),
  (text) => alfa({ containerLog: { maxSize: text } }),
  (text) => alfa({ config: { 'resolv-conf': text } }),
  (text) => alfa({ config: { 'resolv-conf': `/etc/${text}` } }),
  (text) => alfa({ config: { 'kube-apiserver-arg': { x: text } } }),
  (text) => alfa({ config: { 'node-internal-dns': [text] } }),
  (text) => ({ network: { clusterDomain: text } }),
  (text) => ({ network: { serviceNodePortRange: text } }),
  (text) => ({ api: { tlsSans: [text] } }),
  (text) => ({ api: { registrationAddress: text } }),
  (text) => ({ registries: { mirrors: { [text]: {} } } }),
  (text) => ({
    registries: { mirrors: { 'r.lan': { endpoints: [`https://${text}`], rewrite: { [text]: text } } } },
  }),
  (text) => ({ registries: { mirrors: { 'r.lan': { rewrite: { [text]: text } } } } }),
  (text) => ({
    registries: {
      configs: {
        'r.lan': { auth: { username: text, password: secret('p') }, tls: { caFile: `/etc/${text}` } },
      },
    },
  }),
  (text) => ({ datastore: Datastore.external({ postgres: { ...sql, user: text } }) }),
  (text) => ({ datastore: Datastore.external({ mysql: { ...sql, user: text } }) }),
  (text) => ({ datastore: Datastore.external({ postgres: { ...sql, database: text } }) }),
  (text) => ({ datastore: Datastore.external({ postgres: { ...sql, tls: { caFile: `/etc/${text}` } } }) }),
  (text) => ({ datastore: Datastore.external({ etcd: { endpoints: [text] } }) }),
  (text) => ({ datastore: Datastore.embeddedEtcd({ snapshots: { schedule: text } }) }),
  (text) => ({ datastore: Datastore.embeddedEtcd({ snapshots: { dir: `/srv/${text}` } }) }),
  (text) => ({ datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', region: text, folder: text } }) }),
];

const props = fc.tuple(fc.constantFrom(...places), hostile).map(([place, text]) => place(text));

test('what passes the rules stays where it belongs, in every file', () => {
  let passed = 0;
  fc.assert(
    fc.property(props, (given) => {
      const model = k3sModel(given);
      if (runRules(k3sRules, model).some(({ blocks = 'synth' }) => blocks === 'synth')) return;
      passed++;
      const { files, settings } = hostNamed(model, 'alfa');
      for (const { path, content } of files) {
        if (path.endsWith('.yaml'))
          expect(
            Object.keys((parse(content) as object | null) ?? {}).filter((key) => !KEYS.has(key)),
          ).toEqual([]);
        if (path.endsWith('.service'))
          expect(content.split('\n').filter((line) => !UNIT_LINE.test(line))).toEqual([]);
        if (path.endsWith('.env')) content.split(/(?<=\n)/).forEach((line) => readEnvironment(line));
        if (path.startsWith('/etc/sysctl.d')) expect(content).toMatch(/^(?:[\w./*-]+ = [\x20-\x7e]+\n)+$/);
      }
      const config = parse(files.find(({ path }) => path.endsWith('/config.yaml'))?.content ?? '', {
        version: '1.1',
      }) as Record<string, unknown>;
      expect(Object.keys(config).filter((key) => !(key in settings))).toEqual([]);
      for (const [key, value] of Object.entries(config))
        if (!key.endsWith('-arg')) expect(value).toEqual(settings[key]);
    }),
    { numRuns: 1000 },
  );
  expect(passed).toBeGreaterThan(100);
});

const KEYS = new Set(
  [
    ...Object.keys(hostNamed(k3sModel(), 'alfa').settings),
    'mirrors configs apiVersion kind rules limits plugins server tls-san data-dir node-label node-taint resolv-conf kube-apiserver-arg'.split(
      ' ',
    ),
    'node-internal-dns node-external-ip cluster-domain service-node-port-range datastore-cafile etcd-snapshot-schedule-cron'.split(
      ' ',
    ),
    'etcd-snapshot-dir etcd-s3 etcd-s3-bucket etcd-s3-region etcd-s3-folder etcd-s3-endpoint'.split(' '),
  ].flat(),
);

const UNIT_LINE =
  /^(?:|\[(?:Unit|Service|Install)\]|(?:Description|Documentation|After|Type|KillMode|Delegate|User|Limit\w+|TasksMax|TimeoutStartSec|Restart|RestartSec|WantedBy)=[\w:/ .,-]+|(?:AssertPathExists|AssertFileNotEmpty)=[|!]*\/[\w./-]+|EnvironmentFile=-?\/[\w./%-]+|ExecStartPre=-\/sbin\/(?:modprobe \w+|sysctl -q -p \/etc\/sysctl\.d\/90-k3stack\.conf)|ExecStartPre=\/bin\/mkdir -p -m 0700 \/[\w./-]+|ExecStart=\/usr\/local\/bin\/k3s server)$/;
