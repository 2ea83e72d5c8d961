import { renderBase, type BaseRequest } from './render-base';
import { renderHead } from './render-head';
import type { Rendered } from './rendered';

/** Both sides of a preview. */
export interface RenderedSides {
  readonly base: Rendered;
  readonly head: Rendered;
}

/**
 * Both sides at once: the head is synthesized here while a process works on the base. It waits until that one runs, because a program that is being built
 * leaves no time to start one.
 *
 * @throws K3stackError as {@link renderBase} does.
 */
export async function renderSides(request: Omit<BaseRequest, 'started'>): Promise<RenderedSides> {
  let started = (): void => {};
  const running = new Promise<void>((done) => void (started = done));
  const rendering = renderBase({ ...request, started });
  await Promise.race([running, rendering]);
  const [base, head] = await Promise.all([rendering, renderHead(request)]);
  return { base, head };
}
