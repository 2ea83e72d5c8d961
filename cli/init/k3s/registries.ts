import type { Members } from '../../../lib/init/expression';
import type { ImportDraft } from './draft';
import type { ConfigEntry, MirrorEntry, RegistriesFile } from './registries-file';

/** `registries` of the cluster: one for all nodes. Files that differ are told. */
export function registriesProp(draft: ImportDraft): Members | undefined {
  const owners = draft.all.filter((host) => host.registries !== undefined);
  const chosen = owners[0]?.registries;
  const members: Members = {
    mirrors: chosen && entries(chosen.mirrors, mirrorProps),
    configs: chosen && entries(chosen.configs, (entry, name) => configProps(draft, entry, name)),
    embedded: draft.agreed<boolean>('embedded-registry'),
    systemDefault: draft.agreed<string>('system-default-registry'),
  };
  return Object.values(members).some((value) => value !== undefined) ? members : undefined;
}

function entries<V>(
  map: ReadonlyMap<string, V>,
  props: (entry: V, name: string) => Members,
): Members | undefined {
  return map.size > 0
    ? Object.fromEntries([...map].map(([name, entry]) => [name, props(entry, name)]))
    : undefined;
}

function mirrorProps({ endpoints, rewrite }: MirrorEntry): Members {
  return {
    endpoints: endpoints.length > 0 ? endpoints : undefined,
    rewrite: rewrite.size > 0 ? Object.fromEntries(rewrite) : undefined,
  };
}

function configProps(draft: ImportDraft, { auth, tls }: ConfigEntry, name: string): Members {
  return { auth: auth && authProps(draft, auth, name), tls };
}

function authProps(draft: ImportDraft, auth: NonNullable<ConfigEntry['auth']>, name: string): Members {
  const host =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'any';
  const slug = host.startsWith('registry') ? host : `registry-${host}`;
  if ('token' in auth)
    return {
      token: draft.secret(`${slug}-token`, `the identity_token for ${name} in registries.yaml`, auth.token),
    };
  return {
    username: auth.username,
    password: draft.secret(`${slug}-password`, `the password for ${name} in registries.yaml`, auth.password),
  };
}

/** What does the same is equal; secrets count by their values. */
export function canonicalRegistries(file: RegistriesFile | undefined): string {
  if (file === undefined) return '';
  const mirrors = [...file.mirrors].map(([name, { endpoints, rewrite }]) => [
    name,
    endpoints,
    [...rewrite].sort(),
  ]);
  const configs = [...file.configs]
    .filter(([, { auth, tls }]) => auth !== undefined || tls !== undefined)
    .map(([name, { auth, tls }]) => [name, auth, tls && sortedEntries(tls)]);
  return mirrors.length + configs.length === 0
    ? ''
    : JSON.stringify([mirrors.sort(byName), configs.sort(byName)]);
}

function sortedEntries(map: object): [string, unknown][] {
  return Object.entries(map).sort(byName);
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
