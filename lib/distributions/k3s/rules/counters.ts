import { nearest } from '../../../nearest';
import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';
import { wholeNumberFindings } from './whole-number';

/** Rules about numbers that make something happen once more when they are raised. */
export const counterRules = [
  k3sRule({
    id: 'k3s-rotate',
    title: 'Rotations are counted in whole numbers, and there is something to rotate',
    reason: 'A rotation is done when its number is raised; a key that encrypts nothing cannot be renewed.',
    source: 'https://docs.k3s.io/cli/certificate; https://docs.k3s.io/cli/secrets-encrypt',
    check: rotateFindings,
  }),
  k3sRule({
    id: 'k3s-reconcile',
    title: 'A node that is to be brought back is declared, and its number is a whole one',
    reason: 'Under another name nothing happens, and nobody is told.',
    source: 'docs/decisions/0007-what-a-step-is.md',
    check: reconcileFindings,
  }),
];

function rotateFindings({ path, props }: K3sModel): Finding[] {
  const { certificates, encryptionKey } = props.rotate ?? {};
  const property = 'rotate.encryptionKey';
  return [
    ...counterFindings(path, 'rotate.certificates', certificates),
    ...counterFindings(path, property, encryptionKey),
    ...(props.secretsEncryption === false && (encryptionKey ?? 0) > 0
      ? [
          {
            path,
            property,
            problem: 'asks for another key, and secretsEncryption is false',
            fix: 'remove one of the two',
          },
        ]
      : []),
  ];
}

function reconcileFindings({ path, props, nodes }: K3sModel): Finding[] {
  const names = nodes.map((node) => node.name);
  return Object.entries(props.reconcile ?? {}).flatMap(([name, count]) => {
    const property = `reconcile[${JSON.stringify(name)}]`;
    if (names.includes(name))
      return counterFindings(path, /^\w+$/.test(name) ? `reconcile.${name}` : property, count);
    const near = nearest(name, names);
    const fix = near === undefined ? 'remove it' : `write ${quoted(near)}`;
    return [{ path, property: 'reconcile', problem: `has ${quoted(name)}, and no node is called so`, fix }];
  });
}

function counterFindings(path: string, property: string, value: number | undefined): Finding[] {
  return wholeNumberFindings({ path, property, value, least: 0, most: MOST, example: 1 });
}

const MOST = 1_000_000;
