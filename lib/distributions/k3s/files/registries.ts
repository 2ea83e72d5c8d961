import { secretHole } from '../../../secret';
import type { HostFile } from '../../../synthesis/synthesis';
import { toYaml } from '../../../yaml';
import { hostPaths } from '../host-paths';
import type { K3sModel } from '../model';
import type { RegistryConfig, RegistryMirror } from '../registries';
import { rootFile } from './root-file';

/** `registries.yaml`, the same on every node. Keys as in rancher/wharfie `pkg/registries/types.go`, which K3s reads it with. */
export function registryFiles({ props }: K3sModel): HostFile[] {
  const { mirrors = {}, configs = {} } = props.registries ?? {};
  const content = {
    ...(Object.keys(mirrors).length > 0 && { mirrors: mapValues(mirrors, mirrorEntry) }),
    ...(Object.keys(configs).length > 0 && { configs: mapValues(configs, configEntry) }),
  };
  if (Object.keys(content).length === 0) return [];
  return [rootFile(hostPaths.registries, toYaml(content), { encoding: 'yaml' })];
}

function mirrorEntry({ endpoints, rewrite }: RegistryMirror): object {
  return { endpoint: endpoints?.length ? endpoints : undefined, rewrite };
}

function configEntry({ auth, tls }: RegistryConfig): object {
  return {
    auth: auth && authEntry(auth),
    tls: tls && {
      ca_file: tls.caFile,
      cert_file: tls.certFile,
      key_file: tls.keyFile,
      insecure_skip_verify: tls.insecureSkipVerify,
    },
  };
}

function authEntry(auth: NonNullable<RegistryConfig['auth']>): object {
  if ('token' in auth) return { identity_token: secretHole(auth.token) };
  return { username: auth.username, password: secretHole(auth.password) };
}

function mapValues<V>(map: Readonly<Record<string, V>>, entry: (value: V) => object): Record<string, object> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, entry(value)]));
}
