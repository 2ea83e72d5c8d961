import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

interface Identified {
  kind: string;
  metadata: { namespace?: string; name: string };
}

/** Every object in the YAML files below a folder, by kind, namespace and name. */
export function readObjects(folder: string): Map<string, unknown> {
  const objects = new Map<string, unknown>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(file) || file.includes('hosts/')) continue;
    for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
      const object = document.toJS() as Identified | null;
      if (object !== null)
        objects.set(`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, object);
    }
  }
  return objects;
}

/** Keys of objects that only one side has, or that differ. */
export function differingObjects(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => !isDeepStrictEqual(a.get(key), b.get(key)));
}
