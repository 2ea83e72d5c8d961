/** Seconds as people say them, in the two largest units: `26 h`, `3 d 4 h`, `90 s`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 2 * 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 2 * 86_400) return withRest(whole, 3600, 'h', 60, 'min');
  return withRest(whole, 86_400, 'd', 3600, 'h');
}

function withRest(seconds: number, unit: number, name: string, smaller: number, rest: string): string {
  const more = Math.floor((seconds % unit) / smaller);
  return `${Math.floor(seconds / unit)} ${name}${more > 0 ? ` ${more} ${rest}` : ''}`;
}
