import { posix } from 'node:path';
import { isPlainObject } from '../../../plain-object';
import type { Finding } from '../../../rules/rule';
import { describeValue } from '../../../rules/shape';
import { SecretRef } from '../../../secret';
import type { HostFile } from '../../../synthesis/synthesis';
import type { K3sModel } from '../model';
import { hasHalfCharacter } from '../option-format';
import { k3sRule } from './k3s-rule';

/** The form of files that the program puts on hosts; untyped programs may pass anything, so it looks at the model as the program made it. */
export const hostFileFormRule = k3sRule({
  id: 'host-file',
  title: 'Files have absolute paths, text, octal modes and an owner',
  reason: 'They are written as root, by scripts.',
  source: 'docs/decisions/0004-host-steps.md',
  check: ({ nodes }: K3sModel) =>
    nodes.flatMap(({ path, files }) =>
      (files as readonly unknown[]).flatMap((file) => formFindings(path, file)),
    ),
});

/** Whether something has the form of a file, and so can be compared with others. */
export function isHostFile(file: unknown): file is HostFile {
  return formFindings('', file).length === 0;
}

function formFindings(path: string, file: unknown): Finding[] {
  if (!isPlainObject(file)) {
    const problem = `must get a path and a file, got ${describeValue(file)}`;
    return [{ path, property: 'addFile', problem, fix: "write addFile('/etc/motd', { content: '…' })" }];
  }
  const call = `addFile(${describeValue(file['path'])})`;
  return [
    ...(isFilePath(file['path'])
      ? []
      : [wrong(path, call, 'an absolute path of a file', file['path'], `write '${absolute(file['path'])}'`)]),
    ...contentFindings(path, `${call}.content`, file['content']),
    ...WORDS.filter(({ key, accepts }) => !accepts(file[key])).map(({ key, must, example }) =>
      wrong(path, `${call}.${key}`, must, file[key], `write ${key}: '${example}'`),
    ),
  ];
}

function contentFindings(path: string, property: string, content: unknown): Finding[] {
  if (content instanceof SecretRef) {
    const fix = `write content: secretHole(secret('${content.name}'))`;
    return [{ path, property, problem: 'must be text, got a secret', fix }];
  }
  if (typeof content !== 'string') return [wrong(path, property, 'text', content, "write content: '…'")];
  if (!hasHalfCharacter(content)) return [];
  const problem = 'holds half of a character, which no file can';
  return [{ path, property, problem, fix: 'write whole characters' }];
}

function wrong(path: string, property: string, must: string, got: unknown, fix: string): Finding {
  return { path, property, problem: `must be ${must}, got ${describeValue(got)}`, fix };
}

function isFilePath(path: unknown): boolean {
  return (
    typeof path === 'string' &&
    /^\/.*[^/]$/.test(path) &&
    !/[\\«»\p{Cc}\p{Surrogate}]/u.test(path) &&
    posix.normalize(path) === path
  );
}

function absolute(path: unknown): string {
  const given = typeof path === 'string' && !/[\\«»\p{Cc}\p{Surrogate}]/u.test(path) ? path : '';
  const meant = posix.join('/', given).replace(/\/+$/, '');
  return meant === '' || meant.length > 200 ? '/etc/motd' : meant;
}

function oneOf(...words: readonly string[]) {
  const all = words.map((word) => `'${word}'`).join(', ');
  return { must: `one of ${all}`, accepts: (value: unknown) => words.includes(value as string) };
}

function matching(pattern: RegExp) {
  return (value: unknown) => typeof value === 'string' && pattern.test(value);
}

const WORDS = [
  { key: 'mode', must: 'four octal digits', accepts: matching(/^0[0-7]{3}$/), example: '0644' },
  {
    key: 'owner',
    must: 'user:group',
    accepts: matching(/^[a-z_][\w-]{0,31}:[a-z_][\w-]{0,31}$/),
    example: 'root:root',
  },
  { key: 'encoding', ...oneOf('raw', 'yaml', 'environment'), example: 'raw' },
  {
    key: 'disruption',
    ...oneOf('none', 'live', 'restart', 'drain-restart', 'replace'),
    example: 'restart',
  },
];
