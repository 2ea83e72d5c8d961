/** Whether text is an absolute path, two levels deep at least, that means the same to units, shells and people. */
export function isPlainPath(path: string): boolean {
  return /^(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*){2,}$/.test(path);
}
