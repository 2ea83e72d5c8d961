import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import { K3stackError } from '../../lib/errors';
import { toYaml } from '../../lib/yaml';
import type { PlainSecret } from './plain-secret';

/**
 * YAML of a Kubernetes Secret whose values are encrypted by `sops`, which gets it by standard input.
 *
 * @throws K3stackError `SOPS_MISSING`, `SOPS_FAILED`.
 */
export function sopsSecret(secret: PlainSecret, age: readonly string[]): string {
  const input = secretYaml(secret);
  const { status, stdout, stderr, error } = spawnSync('sops', sopsArguments(age), {
    input,
    env: environmentWithoutSops(),
    encoding: 'utf8',
    maxBuffer: LARGEST,
    windowsHide: true,
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new K3stackError(
      'SOPS_MISSING',
      'Secrets are to be encrypted with SOPS, but there is no sops on this machine; install sops 3.10 or later',
    );
  }
  if (error !== undefined || status !== 0) {
    // One that ends early also breaks the pipe to it, which tells less.
    const ended = status === null ? (error?.message ?? 'it was killed') : `it ended with code ${status}`;
    throw new K3stackError(
      'SOPS_FAILED',
      `sops did not encrypt Secret ${secret.namespace}/${secret.name}: ${reason(stderr ?? '', ended, secret)}`,
    );
  }
  return stdout;
}

function secretYaml({ namespace, name, data }: PlainSecret): string {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return toYaml({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'Opaque',
    data: Object.fromEntries(encoded) as Record<string, string>,
  });
}

/** No configuration of the folder or the machine takes part: the program alone says who can decrypt. */
function sopsArguments(age: readonly string[]): string[] {
  return [
    ...['--config', devNull, 'encrypt'],
    ...['--input-type', 'yaml', '--output-type', 'yaml', '--filename-override', 'secret.yaml'],
    ...['--age', age.join(','), '--encrypted-regex', '^(data|stringData)$'],
  ];
}

function environmentWithoutSops(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SOPS_')));
}

/** What sops says, in few words, unless it repeats a value. */
function reason(stderr: string, ended: string, { data }: PlainSecret): string {
  const said = stderr.trim().split('\n').slice(0, 5).join('; ') || ended;
  const values = Object.values(data).flatMap((value) => [value, Buffer.from(value).toString('base64')]);
  return values.some((value) => value !== '' && said.includes(value)) ? 'what it said holds a secret' : said;
}

const LARGEST = 64 * 1024 * 1024;
