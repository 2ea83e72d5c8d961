import type { Disruption } from '../synthesis/disruption';
import type { HostFile } from '../synthesis/synthesis';

/** A file of a host that comes, goes or differs. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';

  /** What differs: `content`, `mode 0644 -> 0600`, `owner …`. */
  readonly what: readonly string[];
  readonly disruption: Disruption;
}

/**
 * Files that differ, by path.
 *
 * @param toldElsewhere Files whose change costs nothing by itself, because what they hold is compared on its own.
 */
export function fileChanges(
  before: readonly HostFile[],
  after: readonly HostFile[],
  toldElsewhere: (path: string) => boolean,
): FileChange[] {
  const old = new Map(before.map((file) => [file.path, file]));
  const now = new Map(after.map((file) => [file.path, file]));
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => {
    const [from, to] = [old.get(path), now.get(path)];
    const what = from && to ? differences(from, to) : [];
    if (from && to && what.length === 0) return [];
    const disruption = toldElsewhere(path) ? 'none' : ((to ?? from)?.disruption ?? 'none');
    return [{ path, kind: !from ? 'added' : !to ? 'removed' : 'changed', what, disruption } as const];
  });
}

function differences(from: HostFile, to: HostFile): string[] {
  return [
    ...(from.content === to.content && from.encoding === to.encoding ? [] : ['content']),
    ...(from.mode === to.mode ? [] : [`mode ${from.mode} -> ${to.mode}`]),
    ...(from.owner === to.owner ? [] : [`owner ${from.owner} -> ${to.owner}`]),
  ];
}
