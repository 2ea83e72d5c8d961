import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from 'yaml';
import { readPlainScalar } from '../../../lib/distributions/k3s/yaml-scalar';
import { nearest } from '../../../lib/nearest';
import { readYaml } from '../source-kind';
import type { SourceFile } from '../sources';
import type { ImportFinding } from './finding';

/** What K3s makes of a registries.yaml, credentials included. */
export interface RegistriesFile {
  readonly mirrors: ReadonlyMap<string, MirrorEntry>;
  readonly configs: ReadonlyMap<string, ConfigEntry>;

  /** Without names of hosts. */
  readonly findings: readonly ImportFinding[];
}

export interface MirrorEntry {
  readonly endpoints: readonly string[];
  readonly rewrite: ReadonlyMap<string, string>;
}

export interface ConfigEntry {
  /** `undefined` for none that could be used. */
  readonly auth?: { readonly username: string; readonly password: string } | { readonly token: string };
  readonly tls?: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    readonly insecureSkipVerify?: boolean;
  };
}

/**
 * Reads a registries.yaml as K3s does (rancher/wharfie@HEAD:pkg/registries): what it does not know is ignored without a word, and is named.
 *
 * @throws K3stackError `INVALID_INPUT` for text that is not YAML.
 */
export function readRegistries(file: SourceFile): RegistriesFile {
  const document = readYaml(file);
  const reader = new Reader(file.name, document);
  const top = reader.map(document?.contents, [], ['mirrors', 'configs', 'auths']);
  if (top.has('auths')) reader.tell(['auths'], 'is ignored by K3s', "write it under 'configs'");
  return {
    mirrors: new Map(
      [...reader.map(top.get('mirrors'), ['mirrors'])].map(([name, node]) => [
        name,
        reader.mirror(node, ['mirrors', name]),
      ]),
    ),
    configs: new Map(
      [...reader.map(top.get('configs'), ['configs'])].map(([name, node]) => [
        name,
        reader.config(node, ['configs', name]),
      ]),
    ),
    findings: reader.findings,
  };
}

type Place = readonly string[];
type MaybeNode = Node | null | undefined;

class Reader {
  readonly findings: ImportFinding[] = [];

  constructor(
    private readonly file: string,
    private readonly document: Document.Parsed | undefined,
  ) {}

  tell(at: Place, problem: string, fix: string): void {
    this.findings.push({
      hosts: [],
      level: 'error',
      subject: `${this.file} ${at.join('.')}`.trim(),
      problem,
      fix,
    });
  }

  /** @param known Keys that K3s reads; any when it is left out. */
  map(node: MaybeNode, at: Place, known?: readonly string[]): Map<string, MaybeNode> {
    const value = this.target(node);
    if (isEmpty(value)) return new Map();
    if (!isMap(value)) {
      this.tell(at, 'must be a map: K3s cannot read the file and stops', 'write `key: value` lines below it');
      return new Map();
    }
    const entries = value.items.map(
      (pair) => [textOf(pair.key as Node) ?? '', pair.value as MaybeNode] as const,
    );
    for (const [key] of entries)
      if (known !== undefined && !known.includes(key)) this.unknownKey(key, at, known);
    return new Map(entries.filter(([key]) => known === undefined || known.includes(key)));
  }

  mirror(node: MaybeNode, at: Place): MirrorEntry {
    const entry = this.map(node, at, ['endpoint', 'rewrite']);
    const rewrite = [...this.map(entry.get('rewrite'), [...at, 'rewrite'])];
    return {
      endpoints: this.list(entry.get('endpoint'), [...at, 'endpoint']),
      rewrite: new Map(
        rewrite.map(([pattern, text]) => [pattern, this.text(text, [...at, 'rewrite', pattern]) ?? '']),
      ),
    };
  }

  config(node: MaybeNode, at: Place): ConfigEntry {
    const entry = this.map(node, at, ['auth', 'tls']);
    const auth = this.auth(entry.get('auth'), [...at, 'auth']);
    const tls = this.tls(entry.get('tls'), [...at, 'tls']);
    return { ...(auth && { auth }), ...(Object.keys(tls).length > 0 && { tls }) };
  }

  private auth(node: MaybeNode, at: Place): ConfigEntry['auth'] {
    const entry = this.map(node, at, ['username', 'password', 'auth', 'identity_token']);
    const field = (key: string): string | undefined => this.text(entry.get(key), [...at, key]);
    const [username, password, both, token] = [
      field('username'),
      field('password'),
      field('auth'),
      field('identity_token'),
    ];
    const decoded =
      both === undefined ? undefined : /^([^:]*):(.*)$/s.exec(Buffer.from(both, 'base64').toString('utf8'));
    if (token !== undefined) {
      if (username ?? both) this.tell(at, 'has a token and a user', 'keep one of them');
      return { token };
    }
    if (username !== undefined && password !== undefined) return { username, password };
    if (decoded?.[1] && decoded[2]) return { username: decoded[1], password: decoded[2] };
    if (both !== undefined)
      this.tell([...at, 'auth'], 'is not user:password in base64', 'write username and password');
    else if (username ?? password)
      this.tell(
        at,
        `has no ${username === undefined ? 'username' : 'password'}`,
        'write both, or an identity_token',
      );
    return undefined;
  }

  private tls(node: MaybeNode, at: Place): NonNullable<ConfigEntry['tls']> {
    const entry = this.map(node, at, ['ca_file', 'cert_file', 'key_file', 'insecure_skip_verify']);
    const [caFile, certFile, keyFile] = ['ca_file', 'cert_file', 'key_file'].map((key) =>
      this.text(entry.get(key), [...at, key]),
    );
    const insecure = entry.get('insecure_skip_verify');
    const flag = insecure === undefined ? undefined : this.flag(insecure, [...at, 'insecure_skip_verify']);
    return {
      ...(caFile !== undefined && { caFile }),
      ...(certFile !== undefined && { certFile }),
      ...(keyFile !== undefined && { keyFile }),
      ...(flag !== undefined && { insecureSkipVerify: flag }),
    };
  }

  private text(node: MaybeNode, at: Place): string | undefined {
    const value = this.target(node);
    if (isEmpty(value)) return undefined;
    const text = textOf(value);
    if (text === undefined)
      this.tell(at, 'must be text: K3s cannot read the file and stops', 'write one value');
    return text === '' ? undefined : text;
  }

  private list(node: MaybeNode, at: Place): string[] {
    const value = this.target(node);
    if (isEmpty(value)) return [];
    if (isSeq(value)) return value.items.flatMap((item) => this.text(item as Node, at) ?? []);
    this.tell(at, 'must be a list: K3s cannot read the file and stops', "write '- ' before the URL");
    return [this.text(value, at) ?? []].flat();
  }

  private flag(node: MaybeNode, at: Place): boolean | undefined {
    const value = this.target(node);
    const { kind, text } = readPlainScalar(
      isScalar(value) && value.type === 'PLAIN' ? String(value.value) : '',
    );
    if (kind === 'boolean') return text === 'true';
    this.tell(
      at,
      'must be true or false: K3s cannot read the file and stops',
      'write true or false without quotes',
    );
    return undefined;
  }

  /** What an alias stands for; a map inside of itself ends at the depth that is read. */
  private target(node: MaybeNode): MaybeNode {
    return isAlias(node) && this.document !== undefined ? node.resolve(this.document) : node;
  }

  private unknownKey(key: string, at: Place, known: readonly string[]): void {
    const near =
      { endpoints: 'endpoint', token: 'identity_token', mirror: 'mirrors', config: 'configs' }[key] ??
      nearest(key, known);
    this.tell(
      [...at, key],
      'is no key that K3s knows, so it is ignored',
      near === undefined ? 'remove it' : `write ${near}`,
    );
  }
}

function textOf(node: MaybeNode): string | undefined {
  if (!isScalar(node)) return undefined;
  return typeof node.value === 'string' ? node.value : '';
}

function isEmpty(node: MaybeNode): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && node.type === 'PLAIN' && /^(?:|~|null|Null|NULL)$/.test(textOf(node) ?? '');
}
