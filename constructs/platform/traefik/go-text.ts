/** Whether text is a duration as Traefik reads it: seconds, or Go's `1m30s` (traefik/paerser: types/duration.go, Set). */
export function isGoDuration(text: string): boolean {
  return /^(\d+|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/.test(text);
}

/**
 * What is wrong with a regular expression of Go (github.com/google/re2/wiki/Syntax); `undefined` for what only Go can judge. JavaScript compiles what
 * both write alike.
 */
export function goRegexProblem(pattern: string): string | undefined {
  if (/\\Q/.test(pattern)) return undefined;
  if (/\(\?(?:<?[=!])/.test(pattern)) return 'looks ahead or behind, which Go cannot';
  if (/(^|[^\\])(\\\\)*\\[1-9]/.test(pattern)) return 'refers back to a group, which Go cannot';
  try {
    new RegExp(asJavaScript(pattern));
    return undefined;
  } catch {
    return 'is no regular expression';
  }
}

function asJavaScript(pattern: string): string {
  return pattern
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?[imsU-]+\)/g, '')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\[\[:\^?\w+:\]\]/g, '[a]');
}
