import { createHash } from 'node:crypto';

/** What a server answers to the `Sec-WebSocket-Key` of a client (RFC 6455, 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A text of at most 125 bytes as one frame; those of clients are masked. */
export function textFrame(text: string, mask?: Buffer): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new Error('only short texts are sent here');
  if (mask === undefined) return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked(payload, mask)]);
}

/** Text of a frame that {@link textFrame} made; `undefined` while it is not all there. */
export function frameText(frame: Buffer): string | undefined {
  if (frame.length < 2) return undefined;
  const second = frame.readUInt8(1);
  const [isMasked, length] = [(second & 0x80) !== 0, second & 0x7f];
  const start = isMasked ? 6 : 2;
  if (frame.length < start + length) return undefined;
  const payload = frame.subarray(start, start + length);
  return (isMasked ? masked(payload, frame.subarray(2, 6)) : payload).toString();
}

function masked(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
}
