import type { OptionName } from '../../../lib/distributions/k3s/options';
import { Call, Noted, type Members } from '../../../lib/init/expression';
import type { ImportDraft } from './draft';

/** `network` of the cluster. */
export function networkProps(draft: ImportDraft): Members | undefined {
  const members: Members = {
    cni: cniProp(draft),
    clusterCidr: draft.agreed<readonly string[]>('cluster-cidr'),
    serviceCidr: draft.agreed<readonly string[]>('service-cidr'),
    clusterDns: draft.agreed<readonly string[]>('cluster-dns'),
    clusterDomain: draft.agreed<string>('cluster-domain'),
    serviceNodePortRange: draft.agreed<string>('service-node-port-range'),
  };
  return Object.values(members).some((value) => value !== undefined) ? members : undefined;
}

function cniProp(draft: ImportDraft): Call | Noted | undefined {
  const backend = draft.agreed<string>('flannel-backend');
  const withoutPolicy = draft.agreed<boolean>('disable-network-policy');
  const withoutProxy = draft.agreed<boolean>('disable-kube-proxy');
  if (backend === 'none') return otherCni(draft, withoutPolicy, withoutProxy);
  if (withoutProxy === true) {
    draft.reasons.set(
      'disable-kube-proxy',
      'k3stack switches kube-proxy off only for another CNI, by Cni.none(…)',
    );
  }
  const flannel: Members = {
    backend,
    interface: commonInterface(draft),
    externalIp: draft.agreed<boolean>('flannel-external-ip'),
    ipv6Masquerade: draft.agreed<boolean>('flannel-ipv6-masq'),
    networkPolicy: withoutPolicy === undefined ? undefined : !withoutPolicy,
  };
  const isNeeded = Object.values(flannel).some((value) => value !== undefined);
  return isNeeded ? new Call('Cni.flannel', [flannel]) : undefined;
}

function otherCni(
  draft: ImportDraft,
  withoutPolicy: boolean | undefined,
  withoutProxy: boolean | undefined,
): Call | Noted {
  const useless: readonly OptionName[] = [
    'flannel-external-ip',
    'flannel-ipv6-masq',
    'flannel-iface',
    'flannel-conf',
    'flannel-cni-conf',
  ];
  for (const option of useless) draft.drop(option, 'it has no effect: flannel-backend is none');
  if (withoutPolicy !== true) {
    draft.reasons.set(
      'disable-network-policy',
      "with another CNI k3stack switches K3s's own policy controller off: two would fight over the rules",
    );
  }
  const text = draft.all
    .map((host) => host.text)
    .join('\n')
    .toLowerCase();
  const provider = PROVIDERS.find((name) => text.includes(name));
  const options = withoutProxy === true ? [{ kubeProxy: false }] : [];
  if (provider !== undefined) return new Call('Cni.none', [provider, ...options]);
  draft.findings.push({
    hosts: [],
    level: 'note',
    subject: 'flannel-backend',
    problem: "something else makes the pod network, and nothing says what: the program calls it 'other'",
    fix: "write its name, such as 'cilium'",
  });
  return new Noted(new Call('Cni.none', ['other', ...options]), "its name, such as 'cilium'");
}

/** One name on all nodes; nodes that differ cannot be written. */
function commonInterface(draft: ImportDraft): string | undefined {
  const names = draft.all.map((host) => draft.take<string>(host, 'flannel-iface'));
  const [name] = names.filter((one) => one !== undefined);
  if (names.every((one) => one === name)) return name;
  draft.reasons.set(
    'flannel-iface',
    'the nodes differ, and k3stack has one interface for all: set node-ip on each instead',
  );
  return undefined;
}

const PROVIDERS = ['cilium', 'calico', 'canal', 'antrea', 'kube-ovn', 'kube-router', 'weave'];
