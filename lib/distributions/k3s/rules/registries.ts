import { isHost, isPort } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import type { RegistryConfig } from '../registries';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

const page = 'https://docs.k3s.io/installation/private-registry';

/** Rules about image registries. */
export const registryRules = [
  k3sRule({
    id: 'k3s-registry-name',
    title: 'Registries are named as in image names',
    reason: 'containerd looks mirrors up by host and port; under another name they are never asked.',
    source: page,
    check: nameFindings,
  }),
  k3sRule({
    id: 'k3s-registry-mirror',
    title: 'Mirrors are URLs',
    reason:
      'K3s leaves out what is no URL with a warning, and guesses a scheme that is missing; images then come from elsewhere.',
    source: `${page}#mirrors; k3s pkg/agent/containerd/config.go`,
    check: ({ path, props }) =>
      Object.entries(props.registries?.mirrors ?? {}).flatMap(([name, { endpoints = [] }]) =>
        endpoints
          .filter((endpoint) => !/^https?:\/\/[^\s/]+(?:\/\S*)?$/.test(endpoint))
          .map((endpoint) => ({
            path,
            property: `registries.mirrors["${name}"].endpoints`,
            problem: `must be URLs, got ${quoted(endpoint)}`,
            fix: `write 'https://${endpoint.replace(/^(?:\w+:)?\/+/, '') || 'registry.example.org'}'`,
          })),
      ),
  }),
  k3sRule({
    id: 'k3s-registry-tls',
    title: 'TLS of a registry is complete, by absolute paths',
    reason: 'containerd does not reach the registry, on every node.',
    source: `${page}#tls`,
    check: ({ path, props }) =>
      Object.entries(props.registries?.configs ?? {}).flatMap(([name, { tls }]) =>
        tlsFindings(path, name, tls),
      ),
  }),
  k3sRule({
    id: 'k3s-registry-embedded',
    title: 'Nodes share images of registries that have a mirror entry',
    reason: 'The embedded registry is only asked for those: without an entry it serves nothing.',
    source: 'https://docs.k3s.io/installation/registry-mirror',
    check: ({ path, props }) => {
      const { embedded, mirrors = {} } = props.registries ?? {};
      if (embedded !== true || Object.keys(mirrors).length > 0) return [];
      return [
        {
          path,
          property: 'registries.embedded',
          problem: 'shares no image, as registries.mirrors is empty',
          fix: "write mirrors: { 'docker.io': {} }",
        },
      ];
    },
  }),
];

function nameFindings({ path, props }: K3sModel): Finding[] {
  const { mirrors = {}, configs = {}, systemDefault } = props.registries ?? {};
  const names = [
    ...Object.keys(mirrors).map((name) => ({ name, property: `registries.mirrors["${name}"]` })),
    ...Object.keys(configs).map((name) => ({ name, property: `registries.configs["${name}"]` })),
    // Images of K3s may lie deeper.
    ...(systemDefault === undefined
      ? []
      : [{ name: systemDefault.replace(/(?<=[^/])\/[^/].*$/, ''), property: 'registries.systemDefault' }]),
  ];
  return names.flatMap(({ name, property }): Finding[] => {
    if (DOCKER_HUB.has(name) && property.startsWith('registries.mirrors')) {
      return [
        {
          path,
          property,
          problem: `images of Docker Hub are named 'docker.io', got ${quoted(name)}`,
          fix: "write 'docker.io'",
        },
      ];
    }
    if (name === '*' ? property !== 'registries.systemDefault' : isAuthority(name)) return [];
    const bare = name.replace(/^\w*:\/\//, '').replace(/\/.*$/s, '');
    const fix = isAuthority(bare) ? `write ${quoted(bare)}` : "write 'registry.example.org:5000'";
    return [
      {
        path,
        property,
        problem: `must be a host, or host:port, without scheme and path, got ${quoted(name)}`,
        fix,
      },
    ];
  });
}

function tlsFindings(path: string, name: string, tls: RegistryConfig['tls']): Finding[] {
  if (tls === undefined) return [];
  const property = `registries.configs["${name}"].tls`;
  const findings = [tls.caFile, tls.certFile, tls.keyFile]
    .filter((file): file is string => file !== undefined && !file.startsWith('/'))
    .map((file): Finding => ({
      path,
      property,
      problem: `must be absolute paths on the nodes, got ${quoted(file)}`,
      fix: `write '/etc/rancher/k3s/${file}'`,
    }));
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    const missing = tls.certFile === undefined ? 'certFile' : 'keyFile';
    findings.push({
      path,
      property,
      problem: `${missing === 'keyFile' ? 'certFile' : 'keyFile'} needs ${missing}`,
      fix: `write ${missing}: '…'`,
    });
  }
  if (tls.insecureSkipVerify === true && tls.caFile !== undefined) {
    findings.push({
      path,
      property,
      problem: 'caFile has no effect beside insecureSkipVerify',
      fix: 'remove insecureSkipVerify',
    });
  }
  return findings;
}

function isAuthority(name: string): boolean {
  const [, host = '', port] = /^(\[[0-9a-fA-F:]+\]|[^:/]+)(?::(\d{1,5}))?$/.exec(name) ?? [];
  return isHost(host.replace(/^\[|\]$/g, '')) && (port === undefined || isPort(Number(port)));
}

const DOCKER_HUB = new Set([
  'dockerhub',
  'docker.com',
  'hub.docker.com',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.docker.io',
]);
