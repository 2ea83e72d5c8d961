import { constants, createDecipheriv, privateDecrypt } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { ExistingCluster } from '../../constructs/cluster/existing-cluster';
import { GitSecrets } from '../../constructs/cluster/git-secrets';
import type { Environment } from '../../constructs/environment';
import { workloadSecret } from '../../constructs/workloads/secrets/workload-secret';
import { SecretRef, secretText, urlEncoded } from '../../lib/secret';
import { GitWorkloads } from '../../stacks/components/git-workloads';
import { sealedSecret } from '../../stacks/workloads/sealed-secret';
import { secretFiles } from '../../stacks/workloads/secret-files';
import { sopsSecret } from '../../stacks/workloads/sops-secret';
import { controllerCertificate } from '../support/controller-certificate';
import { plain } from '../support/pulumi-monitor';
import { provisionable, ran } from '../support/pulumi-program';

jest.setTimeout(60_000);

const root = 'r'.repeat(64);
const secrets = { 'db-password': 'canary/ +"', 'generated-secrets': root };
const path = 'production/k3d/secret-shop.database.yaml';
const controller = controllerCertificate();
const folders: string[] = [];
let said: string[] = [];

beforeEach(() => {
  said = [];
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...texts) => void said.push(texts.join(' ')));
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-git-secrets-'));
  folders.push(folder);
  return folder;
}

/** One `pulumi up`, or a preview of it; gives the outputs of the component. */
async function up(
  folder: string,
  how: GitSecrets | undefined,
  {
    values = secrets,
    rotation = 0,
    preview = false,
  }: { values?: Record<string, string>; rotation?: number; preview?: boolean } = {},
): Promise<{ readonly files: string[]; readonly requiredSecrets: string[] }> {
  const synthesis = provisionable((env) => program(env, how, rotation));
  let hidden: boolean | undefined;
  const { monitor, outputs } = await ran({
    preview,
    program: () => {
      const made = new GitWorkloads('production', { synthesis, folder, secrets: values });
      void pulumi.isSecret(made.files).then((is) => (hidden = is));
      return { files: made.files, requiredSecrets: made.requiredSecrets };
    },
  });
  expect(JSON.stringify(monitor.registrations)).not.toContain('canary');
  expect(said.join()).not.toContain('canary');
  expect(hidden).toBe(false);
  return plain(outputs) as { files: string[]; requiredSecrets: string[] };
}

function program(env: Environment, how: GitSecrets | undefined, rotation: number): void {
  const cluster = new ExistingCluster(env, 'k3d', {
    kubeconfig: { context: 'k3d' },
    kubernetesVersion: '1.34',
  });
  if (how !== undefined) cluster.secretsInGit(how);
  const password = SecretRef.fromConfig('db-password');
  workloadSecret(cluster, {
    namespace: 'shop',
    name: 'database',
    data: {
      password,
      url: secretText`postgres://app:${urlEncoded(password)}@db/app`,
      key: SecretRef.generated({ rotation }),
    },
  });
}

const database = { namespace: 'shop', name: 'database', data: { password: 'canary' } };
const sealed = GitSecrets.sealed({ certificate: controller.certificate });

describe('Secrets sealed into Git', () => {
  test('can be opened by the controller, under their own name only', async () => {
    const folder = temporary();
    const { files, requiredSecrets } = await up(folder, sealed);
    expect([files, requiredSecrets]).toEqual([[path], []]);
    const text = readFileSync(join(folder, path), 'utf8');
    expect(text).not.toMatch(/canary|Y2FuYXJ5/);
    const { spec, ...head } = parse(text) as { spec: SealedSpec };
    expect(head).toEqual({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'database', namespace: 'shop' },
    });
    expect(spec.template).toEqual({ metadata: { name: 'database', namespace: 'shop' }, type: 'Opaque' });
    expect(opened(spec.encryptedData, 'shop/database')).toEqual({
      password: 'canary/ +"',
      url: 'postgres://app:canary%2F%20%2B%22@db/app',
      key: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
    });
    expect(() => opened(spec.encryptedData, 'shop/other')).toThrow();
    expect(readdirSync(join(folder, 'production/k3d'))).toEqual(['secret-shop.database.yaml']);
  });

  test('stay as they are while nothing changed, though each encryption gives another text', async () => {
    const [folder, other] = [temporary(), temporary()];
    await up(folder, sealed);
    const first = readFileSync(join(folder, path), 'utf8');
    said = [];
    await up(folder, sealed);
    expect(readFileSync(join(folder, path), 'utf8')).toBe(first);
    expect(said.join()).not.toContain('written');
    await up(other, sealed);
    expect(readFileSync(join(other, path), 'utf8')).not.toBe(first);
  });

  test.each<[string, (folder: string) => Promise<unknown>]>([
    ['a value', (folder) => up(folder, sealed, { values: { ...secrets, 'db-password': 'canary2' } })],
    ['a rotation', (folder) => up(folder, sealed, { rotation: 1 })],
    ['the certificate', (folder) => up(folder, GitSecrets.sealed(controllerCertificate()))],
    [
      'the root',
      (folder) => up(folder, sealed, { values: { ...secrets, 'generated-secrets': 's'.repeat(64) } }),
    ],
  ])('are made anew when %s is another one', async (_, change) => {
    const folder = temporary();
    await up(folder, sealed);
    const first = readFileSync(join(folder, path), 'utf8');
    await change(folder);
    expect(readFileSync(join(folder, path), 'utf8')).not.toBe(first);
  });

  test('are made anew when somebody changed the file', async () => {
    const folder = temporary();
    await up(folder, sealed);
    const text = readFileSync(join(folder, path), 'utf8');
    writeFileSync(join(folder, path), text.replace('type: Opaque', 'type: Other'));
    await up(folder, sealed);
    expect(readFileSync(join(folder, path), 'utf8')).toContain('type: Opaque');
  });

  test('are named by a preview, which writes nothing', async () => {
    const folder = temporary();
    await up(folder, sealed, { preview: true });
    expect(existsSync(join(folder, path))).toBe(false);
    expect(said.join()).toContain(`to be written: ${path}`);
    await up(folder, sealed);
    said = [];
    await up(folder, sealed, { preview: true });
    expect(said.join()).not.toContain('written');
    await up(folder, sealed, { preview: true, rotation: 1 });
    expect(said.join()).toContain(`to be written: ${path}`);
  });

  test('fail when the certificate has ended, which kubeseal refuses too', () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2199-01-01'));
    expect(() => sealedSecret(database, controller.certificate)).toThrow(
      'the certificate that Secret shop/database is to be sealed for ended on',
    );
  });

  test('fail when the root is too short, as then fingerprints could be guessed', () => {
    const synthesis = provisionable((env) => program(env, sealed, 0));
    const values = { secrets: { ...secrets, 'generated-secrets': 'short' }, late: {} };
    const run = { values, existing: () => undefined, preview: false };
    expect(() => secretFiles(synthesis, run)).toThrow('shorter than 32 characters');
  });
});

describe('Secrets encrypted by SOPS into Git', () => {
  const age = ['age18n2qhlv6xc28kcuxyvyqfyldjuy0l4calscg2erppvwuyfht048q97lzfv'];
  const sops = GitSecrets.sops({ age });
  const { PATH } = process.env;
  let bin: string;

  beforeEach(() => {
    bin = temporary();
    process.env['PATH'] = `${bin}${delimiter}${PATH}`;
  });
  afterEach(() => void (process.env['PATH'] = PATH));

  /** A program called sops: the real one is asked in the tests with the real API server. */
  function fakeSops(script: string): void {
    writeFileSync(join(bin, 'sops'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'sops'), 0o755);
  }

  test('are given to sops by standard input, and nothing of them by arguments or files', async () => {
    const folder = temporary();
    process.env['SOPS_AGE_RECIPIENTS'] = 'age1other';
    fakeSops(`echo "$@" > ${bin}/args; env > ${bin}/env; cat > ${bin}/stdin; echo encrypted: true`);
    await up(folder, sops);
    delete process.env['SOPS_AGE_RECIPIENTS'];
    expect(readFileSync(join(bin, 'args'), 'utf8')).toBe(
      `--config /dev/null encrypt --input-type yaml --output-type yaml --filename-override secret.yaml --age ${age[0]} --encrypted-regex ^(data|stringData)$\n`,
    );
    expect(readFileSync(join(bin, 'env'), 'utf8')).not.toMatch(/canary|SOPS_/);
    const { data, ...rest } = parse(readFileSync(join(bin, 'stdin'), 'utf8')) as {
      data: { password: string };
    };
    expect(rest).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'database', namespace: 'shop' },
      type: 'Opaque',
    });
    expect(Buffer.from(data.password, 'base64').toString()).toBe('canary/ +"');
    expect(readFileSync(join(folder, path), 'utf8')).toMatch(
      /^# Encrypted by k3stack .* fingerprint [0-9a-f]{32}\nencrypted: true\n$/,
    );
  });

  test('stay as they are without asking sops again', async () => {
    const folder = temporary();
    fakeSops('cat > /dev/null; echo encrypted: $$');
    await up(folder, sops);
    const first = readFileSync(join(folder, path), 'utf8');
    fakeSops(`touch ${bin}/asked; exit 1`);
    await up(folder, sops);
    await up(folder, sops, { preview: true, rotation: 1 });
    expect(existsSync(join(bin, 'asked'))).toBe(false);
    expect(readFileSync(join(folder, path), 'utf8')).toBe(first);
  });

  test.each([
    ['there is no sops', undefined, 'there is no sops on this machine; install sops 3.10 or later'],
    ['sops fails', 'echo no such key >&2; exit 3', 'sops did not encrypt Secret shop/database: no such key'],
    ['sops fails and repeats a value', 'tail -n 3 >&2; exit 3', 'what it said holds a secret'],
    ['sops says nothing', 'exit 3', 'sops did not encrypt Secret shop/database: it ended with code 3'],
  ])('fail when %s', (_, script, problem) => {
    if (script === undefined) process.env['PATH'] = bin;
    else fakeSops(script);
    expect(() => sopsSecret(database, age)).toThrow(problem);
  });
});

test('without a way into Git the Secrets are listed for whoever makes them, and no root is needed', async () => {
  const folder = temporary();
  const { files, requiredSecrets } = await up(folder, undefined, { values: {} });
  expect([files, requiredSecrets]).toEqual([['production/k3d/secrets.md'], ['k3d:shop/database']]);
});

interface SealedSpec {
  readonly encryptedData: Record<string, string>;
  readonly template: object;
}

/** As bitnami-labs/sealed-secrets@v0.40.0:pkg/crypto/crypto.go opens them. */
function opened(encrypted: Record<string, string>, label: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(encrypted).map(([key, text]) => {
      const bytes = Buffer.from(text, 'base64');
      const end = 2 + bytes.readUInt16BE();
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const session = privateDecrypt(
        { key: controller.privateKey, padding, oaepHash: 'sha256', oaepLabel: Buffer.from(label) },
        bytes.subarray(2, end),
      );
      const cipher = createDecipheriv('aes-256-gcm', session, Buffer.alloc(12));
      cipher.setAuthTag(bytes.subarray(-16));
      return [key, cipher.update(bytes.subarray(end, -16)).toString() + cipher.final('utf8')];
    }),
  );
}
