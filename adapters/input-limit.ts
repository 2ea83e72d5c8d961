import { K3stackError } from '../lib/errors';

/** Bytes of what a node is configured by; the largest real files have some thousands. */
export const INPUT_LIMIT = 1_048_576;

/** @param name The file, or what else it is. */
export function tooLarge(name: string): K3stackError {
  return new K3stackError(
    'INPUT_TOO_LARGE',
    `${name} is larger than ${INPUT_LIMIT / 1_048_576} MiB, which no configuration of a node is; name the config.yaml`,
  );
}

/**
 * The whole text of a stream.
 *
 * @param name What it is, for errors.
 * @throws K3stackError `INPUT_TOO_LARGE`, as soon as more than {@link INPUT_LIMIT} has come.
 */
export async function limitedText(stream: AsyncIterable<unknown>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > INPUT_LIMIT) throw tooLarge(name);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
