/** What a forge is, as far as its API differs. */
export type ForgeKind = 'github' | 'gitea' | 'forgejo';
