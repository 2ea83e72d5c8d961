import type { HostFile } from '../../../synthesis/synthesis';
import { hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { rootFile } from './root-file';

/** Kernel settings of a host: those of the hardening guide, and the program's own over them. */
export function sysctlsOf(model: K3sModel, node: K3sNode): Readonly<Record<string, string>> {
  return { ...(model.props.hardening === 'cis' && KUBELET_DEFAULTS), ...node.settings.sysctls };
}

/** The sysctl file; systemd reads it at boot, the unit of K3s before each start, and a run after each change. */
export function sysctlFiles(model: K3sModel, node: K3sNode): HostFile[] {
  const lines = Object.entries(sysctlsOf(model, node))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} = ${value}\n`);
  return lines.length === 0
    ? []
    : [rootFile(hostPaths.sysctl, lines.join(''), { mode: '0644', disruption: 'live' })];
}

/** What the kubelet wants; with `protect-kernel-defaults` it stops over any other value (K3s hardening guide). */
const KUBELET_DEFAULTS = {
  'vm.panic_on_oom': '0',
  'vm.overcommit_memory': '1',
  'kernel.panic': '10',
  'kernel.panic_on_oops': '1',
} as const;
