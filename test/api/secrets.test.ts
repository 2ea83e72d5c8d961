import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { secret, secretHole } from '../../lib/secret';
import { externalSecret } from '../../lib/synthesis/external-secret';
import { fillHoles } from '../../lib/synthesis/fill';
import { sealedSecret } from '../../stacks/workloads/sealed-secret';
import { sopsSecret } from '../../stacks/workloads/sops-secret';
import { controllerCertificate } from '../support/controller-certificate';
import { goProgram } from '../support/go-program';
import { acceptance } from './acceptance';
import { type ControlPlane, startControlPlane } from './control-plane';

/** Text that means something to YAML, JSON, Go templates, URLs or shells. */
const database = {
  namespace: 'shop',
  name: 'database',
  data: {
    plain: 'hunter2',
    symbols: `p@ss/w:rd "'\\$& +%20{{ .x }} }} { «web» ä😀`,
    lines: '-----BEGIN KEY-----\nabc\n\n-----END KEY-----\n',
    empty: '',
  },
};

/** What opens them is code of others: this is how they would be read in a cluster. */
let open: (request: object) => Record<string, string>;

beforeAll(() => {
  const binary = goProgram({
    title: 'what opens Secrets',
    sources: join(__dirname, 'secrets'),
    folder: 'secrets',
    name: 'open',
  });
  open = (request) =>
    JSON.parse(
      execFileSync(binary, { input: JSON.stringify(request), encoding: 'utf8', stdio: 'pipe' }),
    ) as Record<string, string>;
}, 600_000);

describe('a SealedSecret', () => {
  const { certificate, privateKey } = controllerCertificate();

  test('is opened by the code of the controller, under its own name only', () => {
    const { spec } = sealedSecret(database, certificate) as unknown as {
      spec: { encryptedData: Record<string, string> };
    };
    const request = { privateKey, encryptedData: spec.encryptedData };
    expect(open({ ...request, label: 'shop/database' })).toEqual(database.data);
    expect(() => open({ ...request, label: 'shop/other' })).toThrow('no key could decrypt secret');
  });

  test('is accepted by the API server', async () => {
    const plane: ControlPlane = await startControlPlane();
    try {
      const object = sealedSecret(database, certificate);
      expect(await acceptance(plane.api, [object], { namespaces: ['shop'] })).toEqual([]);
    } finally {
      await plane.stop();
    }
  });
});

describe('the templates of an ExternalSecret', () => {
  const password = secret('db-password');
  const token = secret('db-token');
  const data = {
    password: secretHole(password),
    url: `postgres://app:${secretHole(password, 'url')}@db/app?t=${secretHole(token)}`,
    json: `{"a":{${secretHole(token)}}}`,
    template: `{{ .x }} "quoted" \\ \n {${secretHole(token)}{`,
  };

  test.each(Object.entries(database.data))('make what pulumi up makes of the same texts: %s', (_, value) => {
    const secrets = { 'db-password': value, 'db-token': 'token' };
    const { spec } = externalSecret({ ...database, data }, { store: 'vault' }) as unknown as {
      spec: {
        target: { template: { data: Record<string, string> } };
        data: { secretKey: string; remoteRef: { key: string } }[];
      };
    };
    const fetched = Object.fromEntries(
      spec.data.map(({ secretKey, remoteRef }) => [
        secretKey,
        secrets[remoteRef.key as keyof typeof secrets],
      ]),
    );
    const wanted = Object.entries(data).map(([key, text]) => [key, fillHoles(text, { secrets, late: {} })]);
    const made = open({ templates: spec.target.template.data, values: fetched });
    expect(plus(made)).toEqual(plus(Object.fromEntries(wanted) as Record<string, string>));
  });

  /** Go encodes `!'()*` where JavaScript does not; a reader decodes both. */
  function plus({ url = '', ...rest }: Record<string, string>): object {
    return { ...rest, url: decodeURIComponent(url), spaces: /[ +]/.test(url) };
  }
});

describe('a Secret encrypted by SOPS', () => {
  const sources = join(__dirname, 'sops');
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-sops-'));
  const { PATH } = process.env;
  let sops: string;
  let keygen: string;

  beforeAll(() => {
    const packages = { sources, folder: 'sops' };
    sops = goProgram({
      ...packages,
      title: 'sops',
      name: 'sops',
      package: 'github.com/getsops/sops/v3/cmd/sops',
    });
    keygen = goProgram({
      ...packages,
      title: 'age-keygen',
      name: 'age-keygen',
      package: 'filippo.io/age/cmd/age-keygen',
    });
    symlinkSync(sops, join(folder, 'sops'));
    process.env['PATH'] = `${folder}${delimiter}${PATH}`;
  }, 900_000);
  afterAll(() => {
    process.env['PATH'] = PATH;
    rmSync(folder, { recursive: true });
  });

  test('is decrypted by each key alone, also with a comment before it, and by no other key', () => {
    const [one, two, other] = [identity(), identity(), identity()] as const;
    const text = sopsSecret(database, [one.recipient, two.recipient]);
    expect(parse(text)).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'database', namespace: 'shop' },
      data: { plain: expect.stringMatching(/^ENC\[/) },
    });
    expect(text).not.toContain(Buffer.from('hunter2').toString('base64'));
    for (const { key } of [one, two]) {
      const { data } = parse(decrypted(`# a comment\n${text}`, key)) as { data: Record<string, string> };
      const values = Object.entries(data).map(([name, value]) => [
        name,
        Buffer.from(value, 'base64').toString(),
      ]);
      expect(Object.fromEntries(values)).toEqual(database.data);
    }
    expect(() => decrypted(text, other.key)).toThrow();
  });

  test('is encrypted for the keys of the program, whatever the folder says', () => {
    const { recipient, key } = identity();
    const before = process.cwd();
    writeFileSync(
      join(folder, '.sops.yaml'),
      'creation_rules:\n  - path_regex: nothing\n    age: age1other\n',
    );
    process.chdir(folder);
    try {
      expect(decrypted(sopsSecret(database, [recipient]), key)).toContain('kind: Secret');
    } finally {
      process.chdir(before);
      rmSync(join(folder, '.sops.yaml'));
    }
  });

  function identity(): { readonly recipient: string; readonly key: string } {
    const key = execFileSync(keygen, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return { key, recipient: /age1[0-9a-z]+/.exec(key)?.[0] ?? '' };
  }

  function decrypted(text: string, key: string): string {
    return execFileSync(
      sops,
      ['decrypt', '--input-type', 'yaml', '--output-type', 'yaml', '--filename-override', 'secret.yaml'],
      { input: text, encoding: 'utf8', env: { PATH, SOPS_AGE_KEY: key }, stdio: ['pipe', 'pipe', 'ignore'] },
    );
  }
});
