import { nearest } from '../../../nearest';
import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { supportedMinors } from '../option-availability';
import { compareReleases, parseRelease, type Release } from '../release';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

const skewPolicy = 'https://kubernetes.io/releases/version-skew-policy/#kubelet';

/** Rules about releases. */
export const versionRules = [
  k3sRule({
    id: 'k3s-version',
    title: `Releases are written in full, of minors ${supportedMinors.first} to ${supportedMinors.last}`,
    reason:
      'A channel or a minor would name another binary tomorrow; options, files and add-ons are known for these minors only.',
    source: 'https://github.com/k3s-io/k3s/releases',
    check: (model) => versionsIn(model).flatMap(versionFindings),
  }),
  k3sRule({
    id: 'k3s-agent-version',
    title: 'No agent is newer than the servers',
    reason:
      'A kubelet newer than the API server is unsupported, and the agent stops with "incompatible down-level server detected".',
    source: `${skewPolicy}; https://github.com/k3s-io/k3s/issues/2996`,
    check: (model) =>
      agentReleases(model)
        .filter(({ agent, server }) => compareReleases(agent, server) > 0)
        .map(({ path, version }) => ({
          path,
          property: 'version',
          problem: `the agent would run ${version}, newer than the servers' ${model.props.version}`,
          fix: `remove it, or write ${quoted(model.props.version)}`,
        })),
  }),
  k3sRule({
    id: 'k3s-agent-skew',
    title: 'Agents stay within one minor of the servers',
    reason: 'Three minors are supported upstream, but with K3s pods have hung at two.',
    source: `${skewPolicy}; https://github.com/k3s-io/k3s/issues/12819`,
    check: (model) =>
      agentReleases(model)
        .filter(({ agent, server }) => server.minor - agent.minor > 1)
        .map(({ path, version, agent, server }) => ({
          path,
          property: 'version',
          problem: `the agent stays at ${version}, ${server.minor - agent.minor} minors behind the servers' ${model.props.version}`,
          fix: `write a v1.${server.minor - 1} or newer`,
          blocks: server.minor - agent.minor > 3 ? 'synth' : 'nothing',
        })),
  }),
];

interface Versioned {
  readonly path: string;
  readonly version: string;
}

function versionsIn({ path, props, nodes }: K3sModel): Versioned[] {
  const others = nodes.filter((node) => node.version !== props.version);
  return [
    { path, version: props.version },
    ...others.map((node) => ({ path: node.path, version: node.version })),
  ];
}

function versionFindings({ path, version }: Versioned): Finding[] {
  const release = parseRelease(version);
  if (release === undefined || !version.startsWith('v')) {
    const problem = `must be a K3s release, got ${quoted(version)}`;
    return [{ path, property: 'version', problem, fix: `write ${quoted(releaseLike(version))}` }];
  }
  const minors = supported();
  const minor = `${release.major}.${release.minor}`;
  if (minors.includes(minor)) return [];
  const close = nearest(minor, minors) ?? supportedMinors.last;
  const problem = `minor ${minor} is not supported, got ${quoted(version)}`;
  return [
    {
      path,
      property: 'version',
      problem,
      fix: `write a release of ${minors.join(', ')}, such as v${close}.1+k3s1`,
    },
  ];
}

/** A release that was probably meant. */
function releaseLike(version: string): string {
  const parts = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[+-]k3s(\d{1,4}))?$/.exec(version);
  if (parts === null) return `v${supportedMinors.last}.1+k3s1`;
  const [major, minor, patch = 1, revision = 1] = parts.slice(1).map((part) => part && Number(part));
  return `v${major}.${minor}.${patch}+k3s${Math.max(1, Number(revision))}`;
}

function supported(): string[] {
  const [first, last] = [supportedMinors.first, supportedMinors.last].map((minor) =>
    Number(minor.split('.')[1]),
  ) as [number, number];
  return Array.from({ length: last - first + 1 }, (_, index) => `1.${first + index}`);
}

function agentReleases({
  props,
  nodes,
}: K3sModel): (Versioned & { readonly agent: Release; readonly server: Release })[] {
  const server = parseRelease(props.version);
  return nodes.flatMap(({ role, path, version }) => {
    const agent = role === 'agent' && version !== props.version ? parseRelease(version) : undefined;
    return agent && server ? [{ path, version, agent, server }] : [];
  });
}
