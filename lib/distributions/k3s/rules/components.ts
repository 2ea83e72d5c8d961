import type { Finding } from '../../../rules/rule';
import type { K3sModel, K3sNode, PackagedComponent } from '../model';
import { k3sRule } from './k3s-rule';

/** Rules about packaged components that something in the program needs. */
export const componentRules = [
  k3sRule({
    id: 'k3s-component-needs',
    title: 'What carries out a component is not switched off',
    reason: 'The component is never installed, and whatever asks for it waits for ever; K3s says nothing.',
    source: 'https://docs.k3s.io/installation/packaged-components',
    check: (model) =>
      model.nodes.flatMap((node) => (node.role === 'server' ? needFindings(model, node) : [])),
  }),
];

function needFindings({ components }: K3sModel, { path, config }: K3sNode): Finding[] {
  return NEEDS.flatMap(({ option, component, because }) => {
    const askers = components.get(component);
    if (!(option in config) || (config as Record<string, unknown>)[option] !== true || askers === undefined)
      return [];
    const problem = `switches off ${because}, and ${askers.join(' and ')} ${askers.length === 1 ? 'needs' : 'need'} it`;
    return [
      { path, property: `config["${option}"]`, problem, fix: `remove it, or remove ${askers.join(' and ')}` },
    ];
  });
}

const NEEDS: readonly {
  readonly option: string;
  readonly component: PackagedComponent;
  readonly because: string;
}[] = [
  {
    option: 'disable-helm-controller',
    component: 'traefik',
    because: 'the controller that installs Traefik',
  },
  {
    option: 'disable-cloud-controller',
    component: 'servicelb',
    because: 'the controller that ServiceLB is a part of',
  },
];
