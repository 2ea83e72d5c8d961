import { K3stackError } from '../../lib/errors';
import { sameComment } from './comment-text';
import type { Forge } from './forge';
import { commentPath, commentsPath, type ForgeComment } from './forge-comment';
import { ownComments } from './own-comments';

/** What became of a comment. */
export interface PostedComment {
  readonly comment: 'created' | 'edited' | 'unchanged';

  /** @default - the forge did not say */
  readonly url?: string;

  /** Sentences for the log. */
  readonly notes: readonly string[];
}

/** The text of a comment, given that of the one that is there. */
export type CommentText = (earlier: string | undefined) => string;

/** Writes the one comment that begins with a marker: edits ours where there is one, and makes one else. */
export async function postComment(
  forge: Forge,
  marker: string,
  textFrom: CommentText,
): Promise<PostedComment> {
  const { comments, notes } = await ownComments(forge, marker);
  const edited = await editFirst(forge, comments, textFrom);
  const all = [...notes, ...edited.notes];
  if (edited.comment !== undefined) return { comment: edited.comment, ...urlOf(edited.of), notes: all };
  const known = new Set(comments.map(({ id }) => id));
  const made = await create(forge, marker, textFrom(undefined), known);
  return { comment: 'created', ...urlOf(made.of), notes: [...all, ...made.notes] };
}

interface Edited {
  /** @default - none could be */
  readonly comment?: 'edited' | 'unchanged';
  readonly of?: ForgeComment;
  readonly notes: readonly string[];
}

/** Edits the first that can be, and removes those after it: a job that ran at the same time made them. */
async function editFirst(
  forge: Forge,
  comments: readonly ForgeComment[],
  textFrom: CommentText,
): Promise<Edited> {
  const notes: string[] = [];
  for (const [index, comment] of comments.entries()) {
    const done = await edit(forge, comment, textFrom(comment.body));
    if (done === 'forbidden')
      notes.push(`comment ${comment.id} could not be edited with this token, so there is another`);
    if (done === 'forbidden' || done === 'gone') continue;
    return {
      comment: done,
      of: comment,
      notes: [...notes, ...(await removeAll(forge, comments.slice(index + 1)))],
    };
  }
  return { notes };
}

async function edit(
  forge: Forge,
  comment: ForgeComment,
  text: string,
): Promise<'edited' | 'unchanged' | 'forbidden' | 'gone'> {
  if (sameComment(comment.body, text)) return 'unchanged';
  const request = { path: commentPath(forge, comment), body: { body: text } };
  const answer = await forge.api.ask('PATCH', request);
  if (answer.status === 403) return 'forbidden';
  if (answer.status === 404 || answer.status === 410) return 'gone';
  if (answer.status >= 300) throw forge.api.problem('PATCH', request, answer);
  return 'edited';
}

async function removeAll(forge: Forge, comments: readonly ForgeComment[]): Promise<string[]> {
  const notes: string[] = [];
  for (const comment of comments) {
    const { status } = await forge.api.ask('DELETE', { path: commentPath(forge, comment) });
    if (status >= 300 && status !== 404)
      notes.push(`comment ${comment.id} is another of ours and could not be deleted`);
  }
  return notes;
}

/** @param known Comments that were there before, and could not be edited. */
async function create(
  forge: Forge,
  marker: string,
  text: string,
  known: ReadonlySet<number>,
): Promise<{ of: ForgeComment; notes: readonly string[] }> {
  const of = await make(forge, marker, text, known);
  // A job that ran at the same time may have found none either. Where nobody can tell now, the next run does.
  const { comments } = await ownComments(forge, marker).catch(() => ({ comments: [] }));
  const earlier = comments.filter(({ id }) => id < of.id && !known.has(id));
  const { of: first, notes } = await editFirst(forge, earlier, () => text);
  if (first === undefined) return { of, notes };
  return { of: first, notes: [...notes, ...(await removeAll(forge, [of]))] };
}

/** A request that nobody answered is not sent again before a look at what is there. */
async function make(
  forge: Forge,
  marker: string,
  text: string,
  known: ReadonlySet<number>,
): Promise<ForgeComment> {
  const request = { path: commentsPath(forge), body: { body: text } };
  for (const delay of [1000, 4000, undefined]) {
    try {
      return await forge.api.take<ForgeComment>('POST', request);
    } catch (error) {
      const unanswered = error instanceof K3stackError && error.code === 'FORGE_UNREACHABLE';
      if (delay === undefined || !unanswered) throw error;
      await forge.api.pause(delay);
      const { comments } = await ownComments(forge, marker);
      const made = comments.find(({ id, body }) => !known.has(id) && sameComment(body, text));
      if (made !== undefined) return made;
    }
  }
  throw new Error('unreachable: the last delay is undefined');
}

function urlOf(comment: ForgeComment | undefined): { url?: string } {
  return typeof comment?.html_url === 'string' ? { url: comment.html_url } : {};
}
