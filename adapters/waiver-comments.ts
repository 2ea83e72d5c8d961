import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commentedWaivers, type WrittenWaiver } from '../lib/diff/waivers';
import { statIfThere } from './path-stat';

/**
 * Waivers in the comments of source files.
 *
 * @param root Folder that the names of the files are relative to.
 */
export function waiverComments(root: string, files: Iterable<string>): WrittenWaiver[] {
  return [...new Set(files)].sort().flatMap((file) => {
    const path = join(root, ...file.split('/'));
    const stat = statIfThere(path);
    if (stat === undefined || !stat.isFile() || stat.size > LARGEST_SOURCE) return [];
    return commentedWaivers(readFileSync(path, 'utf8'), file);
  });
}

/** Bytes; nobody writes a larger one by hand. */
const LARGEST_SOURCE = 4_194_304;
