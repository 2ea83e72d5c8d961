import type { ClusterProgram } from '../../../lib/init/program';
import { Noted, type Members } from '../../../lib/init/expression';
import { importApi } from './api';
import { encryptionProp, importComponents } from './components';
import { importConfig, type ConfigImport } from './config-options';
import { datastoreProp } from './datastore';
import { ImportDraft } from './draft';
import type { ImportedHost, ImportedHosts } from './hosts';
import { networkProps } from './network';
import { importNodes, type NodesImport } from './nodes';
import { registriesProp } from './registries';

/** Name of the cluster in the programs that are written. */
export const CLUSTER = 'k3s';

/** A program made of existing hosts. */
export interface BuiltImport {
  readonly program: Omit<ClusterProgram, 'comment' | 'environment'>;

  /** With what was found while it was made. */
  readonly draft: ImportDraft;
}

/** Says in the program's words what the hosts are told. */
export function buildImport(hosts: ImportedHosts): BuiltImport {
  const draft = new ImportDraft(hosts);
  const components = importComponents(draft);
  const datastore = datastoreProp(draft);
  const network = networkProps(draft);
  const api = importApi(draft);
  const registries = registriesProp(draft);
  const secretsEncryption = encryptionProp(draft);
  const nodes = importNodes(draft, api.serverAddress);
  const config = importConfig(draft);
  tellServerReleases(draft);
  const isAssumed = hosts.findings.some((finding) => finding.subject === 'version');
  const props: Members = {
    version: isAssumed
      ? new Noted(hosts.version, 'not in the files: write what `k3s --version` says')
      : hosts.version,
    datastore,
    network,
    api: api.props,
    registries,
    secretsEncryption,
    coreDns: components.coreDns,
    schedulableServers: nodes.schedulableServers,
    nodes: Object.keys(nodes.common).length > 0 ? nodes.common : undefined,
    servers: nodeProps(hosts.servers, hosts.version, nodes, config),
    agents: hosts.agents.length > 0 ? nodeProps(hosts.agents, hosts.version, nodes, config) : undefined,
    config: config.common,
  };
  return { program: { cluster: CLUSTER, props, addOns: components.addOns }, draft };
}

/** An agent may stay behind the servers, which have one release. */
function nodeProps(
  hosts: readonly ImportedHost[],
  release: string,
  nodes: NodesImport,
  config: ConfigImport,
): Members {
  return Object.fromEntries(
    hosts.map((host) => {
      const version = host.role === 'agent' && host.version !== release ? host.version : undefined;
      return [host.name, { ...nodes.own.get(host), version, config: config.own.get(host) }];
    }),
  );
}

function tellServerReleases({ hosts, findings }: ImportDraft): void {
  for (const { name, version } of hosts.servers) {
    if (version === undefined || version === hosts.version) continue;
    const problem = `was installed with ${version}, and the program says ${hosts.version} for all servers`;
    findings.push({
      hosts: [name],
      level: 'warning',
      subject: 'version',
      problem,
      fix: 'write what `k3s --version` says there',
    });
  }
}
