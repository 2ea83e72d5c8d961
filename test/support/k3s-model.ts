import { buildModel } from '../../lib/distributions/k3s/build-model';
import type { K3sClusterProps } from '../../lib/distributions/k3s/cluster-settings';
import { hosts } from '../../lib/distributions/k3s/hosts';
import {
  PACKAGED_COMPONENTS,
  type AutoDeployFile,
  type K3sModel,
  type PackagedComponent,
} from '../../lib/distributions/k3s/model';
import type { HostFile, HostSynthesis } from '../../lib/synthesis/synthesis';

/** The model of a cluster `k3s` with one server `alfa`, changed by `props`; every packaged component is asked for unless said otherwise. */
export function k3sModel(
  props: Partial<K3sClusterProps> = {},
  other: {
    readonly components?: readonly PackagedComponent[];
    readonly autoDeploy?: readonly AutoDeployFile[];
    readonly files?: ReadonlyMap<string, readonly HostFile[]>;
  } = {},
): K3sModel {
  const { components = PACKAGED_COMPONENTS, autoDeploy = [], files = new Map() } = other;
  return buildModel({
    name: 'k3s',
    path: 'k3s',
    props: { version: 'v1.34.1+k3s1', servers: { alfa: server(1) }, ...props },
    components: new Map(components.map((component) => [component, [`k3s/${component}`]])),
    autoDeploy,
    files,
  });
}

/** A server or agent at 10.0.0.N. */
export function server(n: number): { readonly ssh: { readonly host: string }; readonly nodeIp: string } {
  return { ssh: { host: `10.0.0.${n}` }, nodeIp: `10.0.0.${n}` };
}

/** Servers by name at 10.0.0.1, 10.0.0.2, … */
export function servers(...names: string[]): Record<string, ReturnType<typeof server>> {
  return Object.fromEntries(names.map((name, index) => [name, server(index + 1)]));
}

/** The host of a name, with host keys and checksums that are all known. */
export function hostNamed(model: K3sModel, name: string): HostSynthesis {
  const found = hosts(model, {
    checksum: (version, artifact) => `sha256 of ${artifact} ${version}`,
    hostKey: (host, port) => `ssh-ed25519 KEY-OF-${host}-${port}`,
  }).find((host) => host.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

/** The file at a path of a host; `undefined` when there is none. */
export function fileAt(model: K3sModel, name: string, path: string): HostFile | undefined {
  return hostNamed(model, name).files.find((file) => file.path === path);
}
