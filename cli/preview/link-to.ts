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
    if (file === undefined) return undefined;
    const path = file.split('/').map(encodeURIComponent).join('/');
    return `${tree}/${path}${line === undefined ? '' : `#L${line}`}`;
  };
}
