import type { HostBlock } from '../host-report';
import { rank, type FoundRisk } from '../rules/risk-rules';

/** The worst level of the risks about a host, and of those about its cluster that come from what differs on it. */
export function hostLevel(block: Omit<HostBlock, 'level'>, risks: readonly FoundRisk[]): HostBlock['level'] {
  return risks
    .filter((risk) => concerns(risk, block))
    .map(({ rule }) => rule.level)
    .reduce<HostBlock['level']>((worst, level) => (rank(level) < rank(worst) ? level : worst), 'routine');
}

function concerns({ subject, field, rule }: FoundRisk, block: Omit<HostBlock, 'level'>): boolean {
  if (subject.type === 'object' || subject.cluster !== block.cluster) return false;
  if (subject.type === 'host') return subject.host === block.host;
  const isRefused = block.disruption === 'refused' || block.disruption === 'replace';
  if (isRefused && rule.level === 'block') return true;
  const fields = (field ?? '').split(', ');
  const names = [...block.properties, ...block.options].map(({ name }) => name);
  return [...names, ...block.files.map(({ path }) => path)].some((name) => fields.includes(name));
}
