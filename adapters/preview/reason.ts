import { homedir } from 'node:os';
import { sep } from 'node:path';

/**
 * Words about a failure as a report can hold them: its first lines, without control characters and without where things lie on this machine.
 *
 * @param folders Absolute paths that mean nothing to a reader, such as the root of the working tree.
 */
export function reason(message: string, folders: readonly string[]): string {
  const known = folders.filter((folder) => folder.length > 1).sort((a, b) => b.length - a.length);
  let text = message;
  for (const folder of known) {
    text = text
      .replaceAll(`file://${folder}/`, '')
      .replaceAll(folder + sep, '')
      .replaceAll(folder, '.');
  }
  const home = homedir();
  if (home.length > 1) text = text.replaceAll(home, '~');
  const lines = withoutControls(text)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const kept = lines.slice(0, LINES).join('\n');
  const isCut = lines.length > LINES || kept.length > CHARACTERS;
  return isCut ? `${[...kept].slice(0, CHARACTERS).join('')} …` : kept;
}

/** Colours first: what is left of them without their escape character would be litter. */
function withoutControls(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}

const LINES = 20;
const CHARACTERS = 2000;
