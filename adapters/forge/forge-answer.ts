/** What a forge answered, whether it did what it was asked to or not. */
export interface ForgeAnswer {
  readonly status: number;
  readonly headers: Headers;

  /** @default - no JSON */
  readonly body?: unknown;
}

/** What a forge says about an answer, where it says anything. */
export function messageOf({ body }: ForgeAnswer): string {
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
  return typeof message === 'string' ? message : '';
}
