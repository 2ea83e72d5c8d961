import type { K3sModel } from '../model';
import { partOf, type SettingsPart } from './part';

/** What servers are told about image registries; the rest is in `registries.yaml`. */
export function registryParts(model: K3sModel): SettingsPart[] {
  const { embedded, systemDefault } = model.props.registries ?? {};
  return [
    partOf('registries.embedded', { 'embedded-registry': embedded }),
    partOf('registries.systemDefault', { 'system-default-registry': systemDefault }),
  ];
}
