import type { FileChange } from '../../report/file-changes';
import type { HostFile, HostSynthesis } from '../../synthesis/synthesis';
import { HiddenValues, withoutMarks } from '../hidden-value';
import type { HostFileBlock } from '../host-report';
import { fileFields, fileObjects, markedText } from './file-fields';

/**
 * Files of a host that come, go or differ, with what differs inside.
 *
 * @param toldElsewhere Files whose content is told option by option.
 */
export function hostFileBlocks(
  changes: readonly FileChange[],
  before: HostSynthesis,
  after: HostSynthesis,
  toldElsewhere: (path: string) => boolean,
): HostFileBlock[] {
  const fileOf = (host: HostSynthesis, path: string): HostFile | undefined =>
    host.files.find((file) => file.path === path);
  return changes.map(({ path, kind, what, disruption }): HostFileBlock => {
    const block = { path, kind, what: what.length > 0 ? what : [kind], disruption };
    if (toldElsewhere(path)) return block;
    const [old, now] = [fileOf(before, path), fileOf(after, path)];
    if (!old || !now) return { ...block, ...contentOf(old, now) };
    if (old.content === now.content && old.encoding === now.encoding) return block;
    const fields = fileFields(old, now);
    return fields === undefined ? { ...block, ...textsOf(old, now) } : { ...block, fields };
  });
}

/** Of a file that comes or goes. */
function contentOf(before: HostFile | undefined, after: HostFile | undefined): Partial<HostFileBlock> {
  const file = after ?? before;
  const fields = file && fileObjects(file, after ? 'add' : 'remove');
  return fields ? { fields } : textsOf(before, after);
}

/** A hidden value that another one replaces is told apart. */
function textsOf(before: HostFile | undefined, after: HostFile | undefined): Partial<HostFileBlock> {
  const hidden = new HiddenValues();
  const [old, now] = [before, after].map((file) => file && markedText(file, hidden));
  return {
    ...(old !== undefined && { before: withoutMarks(old) }),
    ...(now !== undefined && { after: withoutMarks(now, old) }),
  };
}
