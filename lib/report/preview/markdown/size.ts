/** Bytes of a text in UTF-8: never fewer than its characters. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
