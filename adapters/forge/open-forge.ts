import type { Forge, ForgeSettings } from './forge';

/** Finds the pull request, and sees that it is of the commit. */
export async function openForge(settings: ForgeSettings): Promise<Forge> {
  throw new Error(`not yet ${settings.repository}`);
}
