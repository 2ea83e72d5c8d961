import { mapStrings } from '../late';
import { fillHoles, type RunValues } from '../synthesis/fill';
import type { HostSynthesis } from '../synthesis/synthesis';

/**
 * A host as a run makes it: every secret and late value in its place. For standard inputs and digests only, never for a file or a log.
 *
 * @throws K3stackError `MISSING_VALUE`, `INVALID_SECRET_VALUE`.
 */
export function filledHost({ files, ...rest }: HostSynthesis, values: RunValues): HostSynthesis {
  return {
    ...mapStrings(rest, (text) => fillHoles(text, values)),
    files: files.map((file) => ({ ...file, content: fillHoles(file.content, values, file.encoding) })),
  };
}
