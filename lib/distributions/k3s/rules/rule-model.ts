import { mapStrings, withExamples } from '../../../late';
import type { K3sModel, K3sNode } from '../model';
import { supportedMinors } from '../option-availability';
import { parseRelease } from '../release';
import { validateOptions } from '../validate-options';
import { isHostFile } from './host-file-form';

/**
 * What rules look at: examples in place of late values, of the options of nodes only those that are options with a value of their type, and of
 * added files only those that are files; rules of their own report the others.
 */
export function ruleModel(model: K3sModel): K3sModel {
  const known = models.get(model);
  if (known !== undefined) return known;
  const usable = { ...model, nodes: model.nodes.map(withUsableFiles) };
  const exampled = mapStrings(usable, withExamples);
  const made = { ...exampled, nodes: exampled.nodes.map(withUsableConfig) };
  models.set(model, made);
  return made;
}

/** A release to check options against when the program names none that is one. */
export function releaseOr(version: string): string {
  return parseRelease(version) === undefined ? `v${supportedMinors.last}.1+k3s1` : version;
}

function withUsableFiles(node: K3sNode): K3sNode {
  const files = node.files.filter(isHostFile);
  return files.length === node.files.length ? node : { ...node, files };
}

function withUsableConfig(node: K3sNode): K3sNode {
  const { role, path, version, config } = node;
  const broken = new Set(
    validateOptions(config, { role, path, version: releaseOr(version) })
      .filter(({ blocks = 'synth' }) => blocks === 'synth')
      .map(({ property }) => property),
  );
  if (broken.size === 0) return node;
  return {
    ...node,
    config: Object.fromEntries(
      Object.entries(config).filter(([key]) => !broken.has(`config[${JSON.stringify(key)}]`)),
    ),
  };
}

const models = new WeakMap<K3sModel, K3sModel>();
