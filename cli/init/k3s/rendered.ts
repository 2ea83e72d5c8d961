import { parseConfigFiles } from '../../../lib/distributions/k3s/config-file';
import { hostPaths, unitPaths } from '../../../lib/distributions/k3s/host-paths';
import type { OptionName, SettingValue } from '../../../lib/distributions/k3s/options';
import { settingsOf } from '../../../lib/distributions/k3s/parsed-options';
import type { HostSynthesis } from '../../../lib/synthesis/synthesis';
import type { NeededSecret } from './draft';
import { readRegistries, type RegistriesFile } from './registries-file';
import { readEnvironmentFile } from './unit';
import { secretSettings, type NamedSettings } from './usable-settings';

/** What K3s would make of the files that a program renders. */
export interface RenderedHost {
  readonly settings: NamedSettings;
  readonly registries?: RegistriesFile;

  /** Labels that only the API sets, as the kubelet refuses them: `key=value`. */
  readonly apiLabels: readonly string[];

  /** The datastore's, with its password. */
  readonly endpoint?: string;
}

/** Reads the files of a host back as K3s would, the secrets that are known in their places. */
export function readRendered(host: HostSynthesis, secrets: readonly NeededSecret[]): RenderedHost {
  const text = (path: string): string | undefined => {
    const content = host.files.find((file) => file.path === path)?.content;
    return content === undefined ? undefined : filled(content, secrets, path);
  };
  const dropIns = host.files.filter((file) => file.path.startsWith(`${hostPaths.config}.d/`));
  const parsed = parseConfigFiles({
    base: text(hostPaths.config) ?? '',
    dropIns: Object.fromEntries(dropIns.map((file) => [file.path.split('/').at(-1) ?? '', file.content])),
  });
  const settings = new Map(Object.entries(settingsOf(parsed)) as [OptionName, SettingValue][]);
  // Labels of Kubernetes's own namespaces are set through the API, because the kubelet refuses them.
  const labels = Object.entries(host.labels).map(([key, value]) => `${key}=${value}`);
  const kubelets = new Set((settings.get('node-label') ?? []) as readonly string[]);
  if (labels.length > 0) settings.set('node-label', labels);
  const registries = text(hostPaths.registries);
  const environment = readEnvironmentFile(text(unitPaths(host.role).environment) ?? '');
  const endpoint = secretSettings(environment, host.role).get('datastore-endpoint');
  return {
    settings,
    apiLabels: labels.filter((label) => !kubelets.has(label)),
    ...(registries !== undefined && {
      registries: readRegistries({
        path: hostPaths.registries,
        name: 'registries.yaml',
        folder: 'k3s',
        text: registries,
      }),
    }),
    ...(endpoint !== undefined && { endpoint }),
  };
}

/** Holes for secrets with the values in them, as whoever writes the file fills them. */
function filled(content: string, secrets: readonly NeededSecret[], path: string): string {
  return content.replace(
    /«secret:([A-Za-z][A-Za-z0-9-]*)(\|url)?»/g,
    (hole, name: string, form: string | undefined) => {
      const value = secrets.find((secret) => secret.name === name)?.value;
      if (value === undefined) return hole;
      if (form !== undefined) return encodeURIComponent(value);
      if (path === hostPaths.registries) return JSON.stringify(value).slice(1, -1);
      return value.replace(/["\\`$]/g, '\\$&');
    },
  );
}
