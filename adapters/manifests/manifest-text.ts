import { isUtf8 } from 'node:buffer';

/** Text of a file, or why it has none; `problem` continues a sentence that begins with its name. */
export type ManifestText = { readonly text: string } | { readonly problem: string; readonly fix: string };

/** Decodes UTF-8, and UTF-16 with a byte order mark, as YAML has it. */
export function manifestText(bytes: Buffer): ManifestText {
  const encoding = bytes.length >= 2 ? UTF_16[bytes.readUInt16BE(0)] : undefined;
  if (encoding !== undefined) return decoded(bytes, encoding);
  if (bytes.includes(0)) return { problem: 'is no text: it holds a zero byte', fix: FIX };
  if (!isUtf8(bytes)) return { problem: 'is neither UTF-8 nor UTF-16 with a byte order mark', fix: FIX };
  return { text: withoutMark(bytes.toString('utf8')) };
}

function decoded(bytes: Buffer, encoding: string): ManifestText {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { problem: `begins as ${encoding} and is none`, fix: FIX };
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** By the first two bytes, which are the byte order mark. */
const UTF_16: Readonly<Record<number, string>> = { 0xfffe: 'utf-16le', 0xfeff: 'utf-16be' };

const FIX = 'save it as UTF-8, or give it another ending than .yaml, .yml and .json';
