import type { SettingValue } from '../../../lib/distributions/k3s/options';

/**
 * Whether a value of an option that is no secret holds one all the same: a password inside a URL, or an argument that is named after one.
 * Such a value is never written into a program.
 */
export function holdsPassword(value: SettingValue): boolean {
  if (typeof value === 'string') return isUrlWithPassword(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some((item) => isUrlWithPassword(String(item)));
  return Object.entries(value).some(
    ([name, text]) => NAMED_AFTER.test(name) || [text].flat().some((item) => isUrlWithPassword(String(item))),
  );
}

/** Whether text holds `://user:password@`. */
export function isUrlWithPassword(text: string): boolean {
  return /:\/\/[^\s/:@]*:[^\s/@]+@/.test(text);
}

const NAMED_AFTER = /(?:password|secret|token)$/;
