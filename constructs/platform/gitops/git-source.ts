import type { Construct } from 'constructs';
import { withExamples } from '../../../lib/late';
import { describeUrl } from '../../../lib/rules/describe-url';
import { describeValue, object, text } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import type { ConstructViolation } from '../../violations';

/** Where the objects of the cluster lie in Git. */
export interface GitSource {
  /** `https://…` or `ssh://git@…`, without a password. */
  readonly url: string;

  /** Branch. @default 'main' */
  readonly revision?: string;

  /** Folder in it. @default - `<environment>/<cluster>`, as `pulumi up` writes objects into a Git working tree; outside of an environment, `production/<cluster>` */
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
  const isInside = path === undefined || !/^\/|(^|\/)\.\.(\/|$)/.test(path);
  return [
    ...urlViolations(withExamples(url), url),
    ...(isInside
      ? []
      : [
          violation(
            'source.path',
            `must lie inside of the repository, got ${describeValue(path)}`,
            "write path: 'production/k3s'",
          ),
        ]),
  ];
}

/** Never repeats an address that may hold a password. */
function urlViolations(example: string, url: string): ConstructViolation[] {
  const isWeb = /^https?:/.test(example);
  const parsed = URL.canParse(example) ? new URL(example) : undefined;
  const isUrl =
    parsed !== undefined && /^(https?:\/\/[^/\s]+\/\S+|ssh:\/\/[^\s@]+@[^/\s]+\/\S+)$/.test(example);
  if (parsed?.password || (isWeb && example.includes('@'))) {
    const problem = 'holds an account, which would be written into a manifest';
    return [violation('source.url', problem, 'write the address alone, and credentialsSecret')];
  }
  if (/[?#]/.test(example)) {
    const problem =
      "has a part after '?' or '#', which is no part of a repository's address and may hold a token";
    return [violation('source.url', problem, 'write the address alone, and credentialsSecret')];
  }
  if (isUrl) return [];
  const problem = `must be an https:// or ssh:// address, got ${describeUrl(url)}`;
  return [violation('source.url', problem, "write url: 'https://git.example.org/acme/cluster.git'")];
}

function violation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'git-source', property, problem, fix };
}

/** Form of {@link GitSource}. */
export const gitSourceShape = object(
  { url: text, revision: text, path: text, credentialsSecret: text },
  'url',
);
