import { isUtf8 } from 'node:buffer';
import type { StoredMessage } from './record';

/** What tells messages of this queue apart from all others. */
export interface EventOrigin {
  /** Name of the queue, made at random. */
  readonly queue: string;

  /** The app. */
  readonly source: string;
}

/** Attributes of CloudEvents 1.0, with the extensions `sequence` (a number of 16 digits) and `age` (seconds in the queue). */
function attributesOf(
  { id, type, seq, tick, time }: StoredMessage,
  { queue, source }: EventOrigin,
  now: number,
): Record<string, string | number> {
  const sequence = String(seq).padStart(16, '0');
  return {
    specversion: '1.0',
    id: id ?? `${queue}-${sequence}`,
    source,
    type: type ?? 'message',
    time: new Date(time).toISOString(),
    sequence,
    age: Math.max(0, Math.round((now - tick) / 1000)),
  };
}

/** One event of a batch, as JSON. */
export function eventJson(message: StoredMessage, origin: EventOrigin, now: number): string {
  const { contentType, body } = message;
  const head = JSON.stringify({
    ...attributesOf(message, origin, now),
    ...(contentType !== undefined && { datacontenttype: contentType }),
  }).slice(0, -1);
  return `${head},${dataOf(body, contentType)}}`;
}

/** Headers of a message that is sent alone; its body is that of the request. */
export function eventHeaders(
  message: StoredMessage,
  origin: EventOrigin,
  now: number,
): Record<string, string> {
  const attributes = Object.entries(attributesOf(message, origin, now));
  const headers = attributes.map(([name, value]) => [`ce-${name}`, inHeader(String(value))]);
  return {
    'content-type': message.contentType ?? 'application/octet-stream',
    ...(Object.fromEntries(headers) as Record<string, string>),
  };
}

/** JSON stays the text that it was, so no number loses digits. */
function dataOf(body: Buffer, contentType = ''): string {
  const [media = ''] = contentType.toLowerCase().split(';');
  const text = isUtf8(body) ? body.toString('utf8') : undefined;
  if (/^[^/]+\/([^/]+\+)?json\s*$/.test(media)) {
    if (text !== undefined && isJson(text)) return `"data":${text}`;
  } else if (text !== undefined && media.startsWith('text/')) return `"data":${JSON.stringify(text)}`;
  return `"data_base64":"${body.toString('base64')}"`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** CloudEvents' HTTP binding 3.1.3.2. */
function inHeader(text: string): string {
  return text.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) => encodeURIComponent(character));
}
