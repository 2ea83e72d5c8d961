import type { HostFile } from '../../../synthesis/synthesis';

/** A file of root's that a change of restarts K3s, unless told otherwise; mode 0600. */
export function rootFile(path: string, content: string, other: Partial<HostFile> = {}): HostFile {
  return {
    path,
    content,
    mode: '0600',
    owner: 'root:root',
    encoding: 'raw',
    disruption: 'restart',
    ...other,
  };
}
