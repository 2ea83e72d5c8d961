import type { ApiObject } from 'cdk8s';
import { K3stackError } from '../lib/errors';
import { withValueAt } from '../lib/kubernetes/object-path';
import { describeValue } from '../lib/rules/shape';

/** A patch that leads nowhere; at synth it becomes a violation at its object. */
export class PatchError extends Error {
  override readonly name = 'PatchError';

  constructor(
    readonly path: string,
    readonly problem: string,
    readonly fix: string,
  ) {
    super(`patch of ${path}: ${problem}; ${fix}`);
  }
}

/**
 * Sets one field of the final object, last of all: also fields that the typed classes of cdk8s-plus do not know, which they would drop without a word.
 * The result is held to the schema of the cluster's Kubernetes version like anything else.
 *
 * @param path Keys joined by dots; `[0]` an index, `[name=web]` the item of a list with that key, `["example.org/a"]` a key with other characters:
 * `spec.template.spec.containers[name=web].resizePolicy`. Everything but the last step has to exist; a wrong path is reported at synth.
 * @param value Plain data; `undefined` removes the field.
 * @throws K3stackError `NO_OBJECT` when there is no object: presets make some of theirs only when the props ask for them.
 */
export function patch(object: ApiObject, path: string, value: unknown): void {
  if (typeof (object as ApiObject | null | undefined)?.toJson !== 'function') {
    throw new K3stackError(
      'NO_OBJECT',
      `patch of ${describeValue(path)}: must be given an object, got ${describeValue(object)}; give the preset the prop that makes the object, such as host for a route`,
    );
  }
  const unpatched = object.toJson.bind(object) as () => unknown;
  object.toJson = () => {
    const result = withValueAt(unpatched(), path, value);
    if ('problem' in result) throw new PatchError(path, result.problem, result.fix);
    return result.data;
  };
}
