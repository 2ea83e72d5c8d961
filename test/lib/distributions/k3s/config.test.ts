import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { renderConfig } from '../../../../lib/distributions/k3s/config';
import { parseConfigFiles } from '../../../../lib/distributions/k3s/config-file';
import type { ArgMap, Settings, SettingValue } from '../../../../lib/distributions/k3s/options';
import { settingsOf } from '../../../../lib/distributions/k3s/parsed-options';
import { anySettings } from './option-arbitraries';

test('renders settings by key, texts in quotes, argument maps as lists', () => {
  const settings: Settings = {
    'write-kubeconfig-mode': '0644',
    'tls-san': ['k3s.example.org', '10.0.0.10'],
    v: 2,
    'embedded-registry': true,
    'kubelet-arg': {
      'max-pods': 60,
      'eviction-hard': 'memory.available<5%',
      'allowed-unsafe-sysctls': ['a', 'b'],
    },
  };
  expect(renderConfig(settings)).toMatchInlineSnapshot(`
    "embedded-registry: true
    kubelet-arg:
      - "allowed-unsafe-sysctls=a"
      - "allowed-unsafe-sysctls=b"
      - "eviction-hard=memory.available<5%"
      - "max-pods=60"
    tls-san:
      - "k3s.example.org"
      - "10.0.0.10"
    "v": 2
    write-kubeconfig-mode: "0644"
    "
  `);
});

test('gives the same bytes whatever the order of keys', () => {
  expect(renderConfig({ docker: true, debug: false })).toBe(renderConfig({ debug: false, docker: true }));
});

test('leaves out what is empty, because K3s takes an empty value for a given one', () => {
  expect(renderConfig({ 'tls-san': [], 'node-name': '', 'kubelet-arg': {}, disable: undefined })).toBe('');
  expect(renderConfig({ 'tls-san': ['', 'a'] })).toBe('tls-san:\n  - "a"\n');
});

describe('every valid setting survives', () => {
  test('a YAML 1.1 and a YAML 1.2 parser', () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const text = renderConfig(settings);
        const expected = mapValues(settings, asLines);
        expect(parse(text, { version: '1.1' }) ?? {}).toEqual(expected);
        expect(parse(text, { version: '1.2' }) ?? {}).toEqual(expected);
      }),
    );
  });

  test('reading as K3s reads it', () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const parsed = parseConfigFiles({ base: renderConfig(settings) });
        expect(parsed.notes).toEqual([]);
        expect(settingsOf(parsed)).toEqual(mapValues(settings, asText));
      }),
    );
  });

  test('no value adds a line or a key of its own', () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const lines = renderConfig(settings).split('\n').slice(0, -1);
        expect(
          lines.every((line) => /^( {2}- (".*")|[a-z"][a-z0-9"-]*:( (true|false|-?\d+|".*"))?)$/.test(line)),
        ).toBe(true);
        const keys = lines
          .filter((line) => !line.startsWith(' '))
          .map((line) => line.split(':')[0]?.replaceAll('"', ''));
        expect(keys).toEqual(Object.keys(settings).sort());
      }),
    );
  });
});

test('refuses text that no file can hold', () => {
  expect(() => renderConfig({ 'node-name': 'a\ud800' })).toThrow(
    expect.objectContaining({ code: 'INVALID_SETTING_TEXT' }),
  );
});

test.each(['', 'a=b', '--max-pods', 'a b', 'a\nb'])('refuses %j as the name of an argument', (name) => {
  expect(() => renderConfig({ 'kubelet-arg': { [name]: '1' } })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT_NAME' }),
  );
});

function mapValues(settings: Settings, change: (value: SettingValue) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, change(value)]));
}

/** The value as it stands in the file. */
function asLines(value: SettingValue): unknown {
  if (!isArgMap(value)) return value;
  return Object.keys(value)
    .sort()
    .flatMap((name) => [value[name]].flat().map((one) => `${name}=${String(one)}`));
}

/** The value with arguments as text, because a file does not tell `60` from `'60'`. */
function asText(value: SettingValue): unknown {
  if (!isArgMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, Array.isArray(one) ? one.map(String) : String(one)]),
  );
}

function isArgMap(value: SettingValue): value is ArgMap {
  return typeof value === 'object' && !Array.isArray(value);
}
