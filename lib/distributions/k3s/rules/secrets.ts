import type { Finding } from '../../../rules/rule';
import { secretsIn } from '../../../secret';
import type { K3sModel, K3sNode } from '../model';
import { effectiveSettings } from '../settings';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about secrets. */
export const secretRules = [
  k3sRule({
    id: 'secret-in-settings',
    title: 'No secret stands in an option, label or other setting',
    reason: 'config.yaml, labels and units are read by others, and shown in previews and logs.',
    source: 'docs/secrets-and-late-values.md',
    check: (model) =>
      model.nodes.flatMap((node) => [...settingFindings(model, node), ...manifestFindings(model, node)]),
  }),
];

function settingFindings(model: K3sModel, node: K3sNode): Finding[] {
  const { settings } = effectiveSettings(model, node);
  const parts = { ...settings, ...node.settings };
  return Object.entries(parts).flatMap(([key, value]) =>
    secretsIn(JSON.stringify(value) ?? '').map((name) => ({
      path: node.path,
      property: key,
      problem: `holds secret(${quoted(name)}), and is no place for a secret`,
      fix: `put it into a file, with addFile, and give the file's path`,
    })),
  );
}

function manifestFindings({ autoDeploy }: K3sModel, node: K3sNode): Finding[] {
  if (node.role === 'agent') return [];
  return autoDeploy.flatMap(({ path, content }) =>
    secretsIn(content).map((name) => ({
      path,
      property: 'content',
      problem: `holds secret(${quoted(name)}), and K3s applies the file as it is`,
      fix: 'make the Secret outside of AutoDeploy, where Pulumi or Git delivers it',
    })),
  );
}
