/** How long a release has to run elsewhere unless the program says otherwise. */
export const DEFAULT_SOAK = '24h';

/** Whether a text is a number and `m`, `h` or `d`, as `upgrade.soak` wants it. */
export function isSoak(text: string): boolean {
  return SOAK.test(text);
}

/** Seconds of a text such as `36h`; those of the default for anything else. */
export function soakSeconds(text: string = DEFAULT_SOAK): number {
  const [, count, unit] = SOAK.exec(text) ?? SOAK.exec(DEFAULT_SOAK) ?? [];
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** Days beyond these would be past every release. */
const SOAK = /^(\d{1,5})(m|h|d)$/;
const SECONDS = { m: 60, h: 3600, d: 86_400 } as const;
