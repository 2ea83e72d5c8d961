import { hasMarker } from './comment-text';
import type { Forge } from './forge';
import { commentsPath, type ForgeComment } from './forge-comment';

/** What the owner of a token has written. */
export interface OwnComments {
  /** Oldest first. */
  readonly comments: readonly ForgeComment[];

  /** Sentences for the log. */
  readonly notes: readonly string[];
}

/** Comments of a pull request that begin with a marker and are by the owner of the token: someone else may paste the marker. */
export async function ownComments(forge: Forge, marker: string): Promise<OwnComments> {
  const all = await forge.api.all<ForgeComment>(commentsPath(forge));
  const marked = all.filter(({ body }) => typeof body === 'string' && hasMarker(body, marker));
  if (marked.length === 0) return { comments: [], notes: [] };
  const { comments, notes } = byOwner(forge, marked, await ownerOf(forge));
  return { comments: [...comments].sort((one, other) => one.id - other.id), notes };
}

/** @returns the id of the account, or nothing for a token that may not ask */
async function ownerOf({ api }: Forge): Promise<number | undefined> {
  const request = { path: '/user' };
  const answer = await api.ask('GET', request);
  // GitHub answers so to the token of a job, which is an app's; Gitea to one without the scope read:user.
  if (answer.status === 403 || answer.status === 404) return undefined;
  if (answer.status !== 200) throw api.problem('GET', request, answer);
  return (answer.body as { id: number }).id;
}

function byOwner({ kind }: Forge, marked: readonly ForgeComment[], owner: number | undefined): OwnComments {
  const own = marked.filter(({ user }) => {
    if (owner !== undefined) return user?.id === owner;
    return kind === 'github' ? user?.type === 'Bot' : user?.id === ACTIONS_USER;
  });
  if (owner === undefined && kind !== 'github' && own.length === 0)
    return {
      comments: marked,
      notes: [
        'the token may not say whose it is (scope read:user), so the comment was found by its first line alone',
      ],
    };
  const others = marked.length - own.length;
  const left = `${others} with the same first line ${others === 1 ? 'is' : 'are'} by someone else and left alone`;
  return { comments: own, notes: others === 0 ? [] : [left] };
}

/** code.gitea.io/gitea@v1.26.4:models/user/user_system.go; Forgejo's has the same number and another name. */
const ACTIONS_USER = -2;
