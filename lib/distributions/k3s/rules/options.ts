import type { Finding } from '../../../rules/rule';
import { declaredNodes } from '../build-model';
import type { K3sModel, K3sNode } from '../model';
import { optionAvailable } from '../option-availability';
import { findOption, options, type OptionName } from '../options';
import type { OptionSpec } from '../options/option-spec';
import { describeSince } from '../describe-option';
import { parseRelease } from '../release';
import { effectiveSettings } from '../settings';
import { validateOptions } from '../validate-options';
import { k3sRule } from './k3s-rule';
import { releaseOr } from './rule-model';

/** Rules about options by their config.yaml key. */
export const optionRules = [
  k3sRule({
    id: 'k3s-option',
    title: 'Options exist, fit their role and version, and have values of their type',
    reason: 'A server skips what it does not know with a warning; an agent does not start.',
    source: 'https://github.com/k3s-io/k3s/issues/8266; lib/distributions/k3s/options',
    check: configFindings,
  }),
  k3sRule({
    id: 'k3s-option-available',
    title: 'Properties ask only for options that the release has',
    reason: 'K3s skips an option it does not know, and goes on without.',
    source: 'lib/distributions/k3s/options',
    check: (model) => unique(model.nodes.flatMap((node) => availabilityFindings(model, node))),
  }),
  k3sRule({
    id: 'k3s-option-twice',
    title: 'Nothing is said twice, differently',
    reason: 'One of the two would win without a word.',
    source: 'docs/cluster.md',
    check: (model) => unique(model.nodes.flatMap((node) => clashFindings(model, node))),
  }),
  k3sRule({
    id: 'k3s-option-must-match',
    title: 'Servers agree on what is of the whole cluster',
    reason:
      'K3s refuses a server that joins: "critical configuration value mismatch between servers"; for some it says nothing.',
    source:
      'k3s pkg/daemons/config/types.go, CriticalControlArgs; https://docs.k3s.io/cli/server#critical-configuration-values',
    check: mismatches,
  }),
];

/** `config` where the user wrote it, so that one mistake is reported once; then what only a node's levels together get wrong. */
function configFindings(model: K3sModel): Finding[] {
  const { path, props } = model;
  const at = (role: 'server' | 'agent', config: unknown, place: string, property: string, version: string) =>
    config === undefined
      ? []
      : validateOptions(config, { role, version: releaseOr(version), path: place, property });
  const pools = Object.entries(props.pools ?? {});
  const written = [
    ...at('server', props.config?.server, path, 'config.server', props.version),
    ...at('agent', props.config?.agent, path, 'config.agent', props.version),
    ...pools.flatMap(([name, pool]) =>
      at('agent', pool.config, `${path}/pools/${name}`, 'config', props.version),
    ),
    ...declaredNodes(path, props).flatMap((node) =>
      at(node.role, node.props.config, node.path, 'config', node.props.version ?? props.version),
    ),
  ];
  const seen = new Set(
    written.map(({ property, problem }) => `${property.replace(/^[^[]*/, '')} ${problem}`),
  );
  const together = model.nodes
    .flatMap((node) => at(node.role, node.config, node.path, 'config', node.version))
    .filter(({ property, problem }) => !seen.has(`${property.replace(/^[^[]*/, '')} ${problem}`));
  return [...written, ...together];
}

function availabilityFindings(model: K3sModel, node: K3sNode): Finding[] {
  if (parseRelease(node.version) === undefined) return [];
  const { settings, properties } = effectiveSettings(model, node);
  return Object.keys(settings).flatMap((name): Finding[] => {
    const option = findOption(name);
    const property = properties.get(name);
    if (option === undefined || property === undefined || optionAvailable(option.name, node.version))
      return [];
    const fix = `remove it, or use a version that has it: ${describeSince(option.spec)}`;
    return [{ path: model.path, property, problem: `K3s ${node.version} has no ${name}`, fix }];
  });
}

function clashFindings(model: K3sModel, node: K3sNode): Finding[] {
  return effectiveSettings(model, node).clashes.map(({ option, property, byProperty, byConfig }) => {
    const [name = '', argument] = option.split(/\.(.*)/s);
    const ofCluster =
      (model.props.config?.[node.role] as Record<string, unknown> | undefined)?.[name] !== undefined;
    return {
      path: ofCluster ? model.path : node.path,
      property: `${ofCluster ? `config.${node.role}` : 'config'}["${name}"]${argument === undefined ? '' : `["${argument}"]`}`,
      problem: `is ${JSON.stringify(byConfig)}, and ${property} makes it ${JSON.stringify(byProperty)}`,
      fix: `remove it here, or change ${property}`,
    };
  });
}

function mismatches(model: K3sModel): Finding[] {
  const [first, ...others] = model.nodes.filter(({ role }) => role === 'server');
  if (first === undefined) return [];
  const wanted = effectiveSettings(model, first).settings;
  return others.flatMap((server) => {
    const own = effectiveSettings(model, server).settings;
    return MUST_MATCH.flatMap((name): Finding[] => {
      const [here, there] = [valueOf(own, name), valueOf(wanted, name)];
      if (JSON.stringify(here) === JSON.stringify(there)) return [];
      const problem = `is ${JSON.stringify(here) ?? 'not set'}, and ${JSON.stringify(there) ?? 'not set'} on ${first.name}`;
      return [
        {
          path: server.path,
          property: `config["${name}"]`,
          problem,
          fix: `write it once, in config.server of the cluster`,
        },
      ];
    });
  });
}

function valueOf(settings: object, name: OptionName): unknown {
  const { default: byDefault } = options[name] as OptionSpec;
  return (
    (settings as Record<string, unknown>)[name] ??
    (String(byDefault).startsWith('- ') ? undefined : byDefault)
  );
}

/** A problem of the cluster shows on each of its nodes. */
function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

const MUST_MATCH = (Object.keys(options) as OptionName[]).filter(
  (name) => (options[name] as OptionSpec).mustMatch !== undefined,
);
