/** Users that every lab host has; all of them let the lab's keys in. */
export type LabUser =
  /** Logs in with a key, as stock Debian allows. */
  | 'root'
  /** sudo without a password. */
  | 'ops'
  /** sudo with a password, which is `PAT_PASSWORD`. */
  | 'pat'
  /** No sudo. */
  | 'nosudo'
  /** sudo without a password; login shell fish. */
  | 'fishy'
  /** sudo without a password; `.bashrc` prints to stdout. */
  | 'noisy'
  /** Login shell `/usr/sbin/nologin`. */
  | 'nologin';

/** All users, with their home folders. */
export const HOMES: Readonly<Record<LabUser, string>> = {
  root: '/root',
  ops: '/home/ops',
  pat: '/home/pat',
  nosudo: '/home/nosudo',
  fishy: '/home/fishy',
  noisy: '/home/noisy',
  nologin: '/home/nologin',
};

/** What `pat` types for sudo. */
export const PAT_PASSWORD = 'pat of the lab';
