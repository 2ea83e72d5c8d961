import { crc32 } from 'node:zlib';

/** What the app hands over. */
export interface Message {
  /** Given by the app for an end-to-end check for duplicates; else the queue makes one. */
  readonly id?: string;
  readonly contentType?: string;

  /** `type` of the event. */
  readonly type?: string;
  readonly body: Buffer;
}

/** A message with its place in the queue. */
export interface StoredMessage extends Message {
  readonly seq: number;

  /** When it was taken, by the queue's clock. */
  readonly tick: number;

  /** When it was taken, by the clock on the wall. */
  readonly time: number;
}

/** A record read from a buffer: whole, cut off by the end of it, or not what was written. */
export type Decoded =
  | { readonly kind: 'record'; readonly message: StoredMessage; readonly end: number }
  | { readonly kind: 'short'; readonly needed: number }
  | { readonly kind: 'bad' };

/** Length and checksum, then sequence number, both times, length of the properties, properties, body. */
export function encode({ seq, tick, time, body, ...properties }: StoredMessage): Buffer {
  const meta = Buffer.from(JSON.stringify(properties));
  const record = Buffer.allocUnsafe(HEADER + FIXED + meta.length + body.length);
  let at = record.writeUIntLE(seq, HEADER, SEQ);
  at = record.writeUIntLE(tick, at, 6);
  at = record.writeUIntLE(time, at, 6);
  at = record.writeUInt16LE(meta.length, at);
  meta.copy(record, at);
  body.copy(record, at + meta.length);
  record.writeUInt32LE(record.length - HEADER, 0);
  record.writeUInt32LE(crc32(record.subarray(HEADER)), 4);
  return record;
}

/** Bytes a message takes on disk. */
export function recordSize({ body, id, contentType, type }: Message): number {
  return HEADER + FIXED + Buffer.byteLength(JSON.stringify({ id, contentType, type })) + body.length;
}

export function decode(buffer: Buffer, offset: number): Decoded {
  if (buffer.length - offset < HEADER) return { kind: 'short', needed: HEADER };
  const length = buffer.readUInt32LE(offset);
  if (length < FIXED || length > LONGEST) return { kind: 'bad' };
  const end = offset + HEADER + length;
  if (end > buffer.length) return { kind: 'short', needed: HEADER + length };
  const payload = buffer.subarray(offset + HEADER, end);
  if (crc32(payload) !== buffer.readUInt32LE(offset + 4)) return { kind: 'bad' };
  const metaEnd = FIXED + payload.readUInt16LE(18);
  const properties = JSON.parse(payload.toString('utf8', FIXED, metaEnd)) as Omit<Message, 'body'>;
  const message = {
    ...properties,
    seq: payload.readUIntLE(0, SEQ),
    tick: payload.readUIntLE(6, 6),
    time: payload.readUIntLE(12, 6),
    body: payload.subarray(metaEnd),
  };
  return { kind: 'record', message, end };
}

/** The number of what may be a record, by its first bytes alone; `undefined` where none can begin. */
export function likelySeq(buffer: Buffer, offset: number, room: number): number | undefined {
  if (buffer.length - offset < HEADER + SEQ) return undefined;
  const length = buffer.readUInt32LE(offset);
  return length < FIXED || length > Math.min(LONGEST, room - HEADER)
    ? undefined
    : buffer.readUIntLE(offset + HEADER, SEQ);
}

/** Length and checksum. */
const HEADER = 8;

/** Sequence number, two times, length of the properties. */
const FIXED = 20;

/** Bytes of a sequence number. */
const SEQ = 6;

/** No record is shorter. */
export const SHORTEST_RECORD = HEADER + FIXED + 2;

/** No record is longer; what says so was not written by this program. */
const LONGEST = 64 * 1024 * 1024;
