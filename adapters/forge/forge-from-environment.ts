import type { ForgeSettings } from './forge';

/** Variables of a process. */
export type ForgeEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * What a CI job knows of its pull request, in GitHub Actions and in the Actions of Gitea and Forgejo. Pure: the file of the event is read by `readFile`.
 *
 * @throws K3stackError `NO_FORGE`, `FORGE_TOKEN_MISSING` or `NO_PULL_REQUEST`, saying what to set.
 */
export function forgeFromEnvironment(
  env: ForgeEnvironment,
  readFile: (path: string) => string,
): ForgeSettings {
  throw new Error(`not yet ${Object.keys(env).length} ${readFile.length}`);
}
