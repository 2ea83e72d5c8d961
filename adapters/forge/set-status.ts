/** What a commit can be marked as; each forge knows these. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error';
