import type { Construct } from 'constructs';
import { withExamples } from '../../../lib/late';
import { describeValue, object, text } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import type { ConstructViolation } from '../../violations';

/** Where the objects of the cluster lie in Git. */
export interface GitSource {
  /** `https://…` or `ssh://git@…`, without a password. */
  readonly url: string;

  /** Branch or tag. @default 'main' */
  readonly revision?: string;

  /** Folder in it. @default - `<environment>/<cluster>`, as `pulumi up` writes objects into a Git working tree */
  readonly path?: string;

  /**
   * Name of the Secret with the account, which something else makes beside the controllers: keys `username` and `password`, or those of an SSH key. Argo CD
   * finds it by its label and does not need the name.
   *
   * @default - none: everybody may read the repository
   */
  readonly credentialsSecret?: string;
}

/** The source with all defaults. */
export function completeSource(
  construct: Construct,
  source: Partial<GitSource>,
): Required<Omit<GitSource, 'credentialsSecret'>> {
  const { root } = construct.node;
  const environment = 'name' in root && typeof root.name === 'string' ? root.name : 'production';
  const {
    url = '',
    revision = 'main',
    path = `${environment}/${Cluster.tryOf(construct)?.name ?? 'cluster'}`,
  } = source;
  return { url, revision, path };
}

/** What is wrong with where the objects lie. */
export function sourceViolations({ url = '', path }: Partial<GitSource>): ConstructViolation[] {
  const rule = 'git-source';
  const property = 'source.url';
  if (/^https:\/\/[^/@]*@/.test(url)) {
    // Does not repeat the address: it may hold a password.
    const problem = 'holds an account, which would be written into a manifest';
    return [{ rule, property, problem, fix: 'write the address alone, and credentialsSecret' }];
  }
  const isUrl = /^(https?:\/\/[^/\s]+\/\S+|ssh:\/\/\S+@[^/\s]+\/\S+)$/.test(withExamples(url));
  const isInside = path === undefined || !/^\/|(^|\/)\.\.(\/|$)/.test(path);
  return [
    ...(isUrl
      ? []
      : [
          {
            rule,
            property,
            problem: `must be an https:// or ssh:// address, got ${describeValue(url)}`,
            fix: "write url: 'https://git.example.org/acme/cluster.git'",
          },
        ]),
    ...(isInside
      ? []
      : [
          {
            rule,
            property: 'source.path',
            problem: `must lie inside of the repository, got ${describeValue(path)}`,
            fix: "write path: 'production/k3s'",
          },
        ]),
  ];
}

/** Form of {@link GitSource}. */
export const gitSourceShape = object(
  { url: text, revision: text, path: text, credentialsSecret: text },
  'url',
);
