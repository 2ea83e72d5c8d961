import { type ForgeAnswer, messageOf } from './forge-answer';

/** A forge's wish to be left alone for a while. */
export interface RateLimit {
  readonly waitMilliseconds: number;

  /** As a person reads it. */
  readonly until: string;
}

/**
 * Whether an answer says that there were too many requests. GitHub says so with 403 or 429 and one of: `retry-after`, `x-ratelimit-remaining: 0`
 * with the time in `x-ratelimit-reset`, a message about a secondary limit (docs.github.com, "Rate limits for the REST API").
 */
export function limitOf(answer: ForgeAnswer): RateLimit | undefined {
  const { status, headers } = answer;
  if (status !== 403 && status !== 429) return undefined;
  const after = seconds(headers.get('retry-after'));
  if (after !== undefined) return { waitMilliseconds: after * 1000, until: `in ${after} seconds` };
  const reset = seconds(headers.get('x-ratelimit-reset'));
  if (headers.get('x-ratelimit-remaining') === '0')
    return {
      waitMilliseconds: Infinity,
      until: reset === undefined ? 'later' : `at ${new Date(reset * 1000).toISOString()}`,
    };
  // Without a header, GitHub asks for at least a minute.
  return status === 429 || /secondary rate limit/i.test(messageOf(answer))
    ? { waitMilliseconds: 60_000, until: 'in a minute' }
    : undefined;
}

function seconds(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
}
