import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { Datastore } from '../../../lib/distributions/k3s/datastore';
import { fillHoles } from '../../../lib/synthesis/fill';
import { secret } from '../../../lib/secret';
import { fileAt, k3sModel, servers } from '../../support/k3s-model';

const values = (secrets: Record<string, string>, late: Record<string, string> = {}) => ({ secrets, late });

/** Text that means something where it may stand. */
const hostile = fc.oneof(
  fc.constantFrom(
    '',
    '"',
    '\\',
    '$HOME',
    '$$',
    '$&',
    '`id`',
    '%n',
    "'",
    ': x',
    '# x',
    '«secret:b»',
    '«web»',
    '\u2028',
    '\u0085',
    'a\nb: c',
    'yes',
    ' x ',
    '\ufeff',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)),
);

test('text without holes stays as it is, and so does «text» that is no late value', () => {
  expect(fillHoles('a: «quoted» $& « »', values({}))).toBe('a: «quoted» $& « »');
});

test('holes are filled wherever they stand, as often as they do', () => {
  const filled = fillHoles(
    '«secret:a»/«web»/«secret:a»«secret:b»',
    values({ a: '$&', b: 'B' }, { web: '10.0.0.1' }),
  );
  expect(filled).toBe('$&/10.0.0.1/$&B');
});

test('what comes out of a hole is never taken for another one', () => {
  expect(fillHoles('«secret:a»', values({ a: '«web»«secret:b»', b: 'B' }, { web: 'W' }))).toBe(
    '«web»«secret:b»',
  );
});

test('a password inside of a URL is percent-encoded', () => {
  expect(fillHoles('postgres://k3s:«secret:db|url»@h', values({ db: 'p@ss/w:rd "$' }))).toBe(
    'postgres://k3s:p%40ss%2Fw%3Ard%20%22%24@h',
  );
});

describe('fails without repeating a value when', () => {
  test.each<[string, string, Record<string, string>, 'raw' | 'environment', string]>([
    ['a secret has no value', '«secret:db»', {}, 'raw', 'MISSING_VALUE'],
    ['it is named like something that every object has', '«secret:constructor»', {}, 'raw', 'MISSING_VALUE'],
    [
      'a line of an environment file would end',
      '«secret:db»',
      { db: 'hunter2\n' },
      'environment',
      'INVALID_SECRET_VALUE',
    ],
    ['a value is not Unicode', '«secret:db|url»', { db: 'hunter2\ud800' }, 'raw', 'INVALID_SECRET_VALUE'],
  ])('%s', (_, text, secrets, encoding, code) => {
    let thrown: unknown;
    try {
      fillHoles(text, values(secrets), encoding);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code });
    expect(String(thrown)).not.toContain('hunter2');
  });
});

describe('in files of K3s', () => {
  const registries = k3sModel({
    registries: { configs: { 'r.example.org': { auth: { username: 'u', password: secret('r') } } } },
  });
  const content = (model: ReturnType<typeof k3sModel>, path: string) => {
    const file = fileAt(model, 'alfa', path);
    if (file === undefined) throw new Error(`no ${path}`);
    return file;
  };

  test('a password in YAML comes out as it went in', () => {
    const file = content(registries, '/etc/rancher/k3s/registries.yaml');
    fc.assert(
      fc.property(hostile, (value) => {
        const filled = fillHoles(file.content, values({ r: value }), file.encoding);
        expect(parse(filled).configs['r.example.org'].auth).toEqual({ username: 'u', password: value });
      }),
      { numRuns: 400 },
    );
  });

  const environment = content(
    k3sModel({
      servers: servers('alfa', 'bravo', 'charlie'),
      datastore: Datastore.embeddedEtcd({
        s3: { bucket: 'b', credentials: { accessKey: secret('a'), secretKey: secret('s') } },
      }),
    }),
    '/etc/systemd/system/k3s.service.env',
  );

  test('credentials in an environment file come out as they went in, or are refused', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        let filled: string;
        try {
          filled = fillHoles(environment.content, values({ a: 'key', s: value }), environment.encoding);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_SECRET_VALUE' });
          return;
        }
        expect(readEnvironment(filled)).toEqual({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: value });
      }),
      { numRuns: 400 },
    );
  });

  test('a shell reads an environment file as systemd does', () => {
    const value = 'a"b\\c`d$e f%n\'g#';
    const filled = fillHoles(environment.content, values({ a: 'key', s: value }), environment.encoding);
    const script = `${filled}printf %s "$AWS_SECRET_ACCESS_KEY"`;
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
  });
});

/** Assignments as systemd reads them (src/basic/env-file.c): in double quotes a backslash escapes `"`, `\`, `` ` ``, `$` and a line break. */
function readEnvironment(text: string): Record<string, string> {
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', quoted] = /^([A-Z0-9_]+)="((?:[^"\\]|\\[^])*)"$/.exec(line) ?? [];
      if (quoted === undefined) throw new Error(`not one assignment: ${JSON.stringify(line)}`);
      return [name, quoted.replace(/\\(["\\`$])/g, '$1')];
    }),
  );
}
