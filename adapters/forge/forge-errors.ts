import { K3stackError } from '../../lib/errors';
import type { ForgeKind } from './forge-kind';

/** Nobody answered, or the forge could not. */
export function unreachable(method: string, path: string, reason: string): K3stackError {
  return new K3stackError(
    'FORGE_UNREACHABLE',
    `the forge did not answer ${method} ${path}: ${reason}; run the job again when it is up`,
  );
}

/** The forge does not know the token. */
export function tokenRefused(said: string): K3stackError {
  return new K3stackError(
    'FORGE_TOKEN_REFUSED',
    `the forge does not take the token (401${said}); it is wrong, expired or revoked, so make a new one`,
  );
}

/** The token is good, and not for this. */
export function forbidden(kind: ForgeKind, method: string, path: string, said: string): K3stackError {
  return new K3stackError(
    'FORGE_FORBIDDEN',
    `the token may not ${method} ${path} (403${said}); ${NEEDED[kind]}; a job of a pull request from a fork gets no such token`,
  );
}

/** What a private repository answers to a stranger as well. */
export function notFound(method: string, path: string, said: string): K3stackError {
  return new K3stackError(
    'FORGE_NOT_FOUND',
    `the forge has nothing at ${method} ${path} (404${said}); see that the repository is right, and that the token may read it`,
  );
}

/** Too many requests. */
export function rateLimited(until: string): K3stackError {
  return new K3stackError(
    'FORGE_RATE_LIMITED',
    `the forge had too many requests and answers again ${until}; run the job again then`,
  );
}

/** Anything else than what was asked for. */
export function refused(method: string, path: string, reason: string): K3stackError {
  return new K3stackError('FORGE_REFUSED', `the forge answered ${method} ${path} with ${reason}`);
}

const NEEDED: Readonly<Record<ForgeKind, string>> = {
  github: 'give the job `permissions:` with `pull-requests: write` and `statuses: write`',
  gitea:
    'it needs the scopes write:issue and write:repository, or `permissions:` with `pull-requests: write` and `code: write`',
  forgejo: 'it needs the scopes write:issue and write:repository',
};
