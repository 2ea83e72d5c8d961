import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../../adapters/own-package';
import type { ProjectPackages } from '../../lib/init/project-files';

interface OwnPackage {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What a project installs: this release of k3stack, and the libraries beside it in the ranges that this package names itself. */
export function projectPackages(): ProjectPackages {
  const own = JSON.parse(readFileSync(join(ownFolder(), 'package.json'), 'utf8')) as OwnPackage;
  return {
    dependencies: { ...pick(own.peerDependencies, PEERS), k3stack: `^${own.version}` },
    devDependencies: pick(own.devDependencies, TOOLS),
  };
}

function pick(ranges: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const range = ranges[name];
      if (range === undefined) throw new Error(`package.json of k3stack names no range for ${name}`);
      return [name, range];
    }),
  );
}

const PEERS = [
  '@pulumi/command',
  '@pulumi/kubernetes',
  '@pulumi/pulumi',
  'cdk8s',
  'cdk8s-plus-28',
  'constructs',
];
const TOOLS = ['@types/node', 'cdk8s-cli', 'typescript'];
