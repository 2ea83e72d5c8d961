import type { LinkTo } from './render-report';

/** Addresses of lines of the sources on the forge that runs this job; `undefined` where none does, or the commit is not known. */
export function linkTo(
  env: Readonly<Record<string, string | undefined>>,
  commit: string | undefined,
): LinkTo | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  if (!server || !repository || commit === undefined || !/^https?:\/\//.test(server)) return undefined;
  const isGitea = env['GITEA_ACTIONS'] === 'true' || env['FORGEJO_ACTIONS'] === 'true';
  const tree = `${server.replace(/\/+$/, '')}/${repository}/${isGitea ? 'src/commit' : 'blob'}/${commit}`;
  return ({ file, line }) => {
    const parts = file?.split('/') ?? [];
    // A browser would take `..` out of the address, and with it the repository.
    if (!parts.every((part) => part !== '' && !/^\.{1,2}$/.test(part)) || parts.length === 0)
      return undefined;
    const path = parts.map(encodeURIComponent).join('/');
    return `${tree}/${path}${line === undefined || line < 1 ? '' : `#L${line}`}`;
  };
}
