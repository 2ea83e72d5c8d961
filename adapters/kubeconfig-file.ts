import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Document, isMap, isSeq, parseDocument } from 'yaml';
import { K3stackError } from '../lib/errors';
import { kubeconfigEntries, type ClusterAccess } from '../lib/operations/kubeconfig';
import { writeFileAtomically } from './atomic-write';
import { writing } from './cannot-write';
import { makeFolder } from './make-folder';
import { readTextFile } from './text-file';

/** The file that kubectl would write to: the first of `KUBECONFIG`, else `~/.kube/config`. */
export function usualKubeconfig(env: Readonly<Record<string, string | undefined>>): string {
  const [first] = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return first ?? join(env['HOME'] || homedir(), '.kube', 'config');
}

/** A kubeconfig of one cluster as text. */
export function kubeconfigText(access: ClusterAccess): string {
  return merged(undefined, access);
}

/**
 * Puts a cluster into a kubeconfig: an entry of its name is replaced, others and comments stay, and so does the current context when there is one. What
 * was there before lies beside it, ending in `.k3stack.bak`.
 *
 * @param alone Leave out what was there.
 * @returns Whether anything changed.
 * @throws K3stackError `INVALID_KUBECONFIG` for a file that is none, `KUBECONFIG_LOCKED` while kubectl writes it, `CANNOT_WRITE` when the system refuses.
 */
export function writeKubeconfig(file: string, access: ClusterAccess, alone = false): boolean {
  return writing(file, () => {
    makeFolder(dirname(file));
    return locked(file, () => {
      const before = readTextFile(file, { folder: (problem) => invalid(file, problem) });
      const after = merged(alone ? undefined : before, access, file);
      if (after === before) return false;
      if (before !== undefined) writeFileAtomically(`${file}.k3stack.bak`, before, 0o600);
      writeFileAtomically(file, after, 0o600);
      return true;
    });
  });
}

function merged(before: string | undefined, access: ClusterAccess, file = ''): string {
  const document = before === undefined || before.trim() === '' ? emptyKubeconfig() : parsed(before, file);
  for (const [list, entry] of Object.entries(kubeconfigEntries(access)))
    putEntry(document, list, entry, file);
  if (!document.get('current-context')) document.set('current-context', access.name);
  return document.toString({ lineWidth: 0 });
}

function emptyKubeconfig(): Document {
  return new Document({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [],
    users: [],
    contexts: [],
    'current-context': '',
  });
}

function parsed(text: string, file: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw invalid(file, `is not YAML: ${error.message.split('\n')[0]}`);
  if (!isMap(document.contents)) throw invalid(file, 'is no map');
  return document;
}

function putEntry(document: Document, list: string, entry: { readonly name: string }, file: string): void {
  const found = document.get(list);
  if (found !== undefined && found !== null && !isSeq(found)) throw invalid(file, `${list} is no list`);
  if (!isSeq(found)) {
    document.set(list, document.createNode([entry]));
    return;
  }
  const sequence = found;
  const index = sequence.items.findIndex((item) => isMap(item) && item.get('name') === entry.name);
  const node = document.createNode(entry);
  if (index < 0) {
    sequence.flow = false;
    sequence.add(node);
  } else sequence.items[index] = node;
}

/** As kubectl does (client-go tools/clientcmd, lockFile), so that neither loses what the other writes. */
function locked<T>(file: string, work: () => T): T {
  const lock = `${file}.lock`;
  try {
    closeSync(openSync(lock, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(lock)) throw error;
    throw new K3stackError(
      'KUBECONFIG_LOCKED',
      `${file} is being written by another program, which left ${lock}; run the same again, or remove that file when none runs`,
    );
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function invalid(file: string, problem: string): K3stackError {
  return new K3stackError(
    'INVALID_KUBECONFIG',
    `${file} ${problem}; mend it, or name another file with --out`,
  );
}
