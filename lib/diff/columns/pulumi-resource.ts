import { isPlainObject } from '../../plain-object';
import type { ObjectId } from '../object-id';

/** Type and name of a resource, from its URN `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` (github.com/pulumi/pulumi/sdk/v3@v3.246.0:go/common/resource/urn/urn.go). */
export function resourceIn(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = '', ...name] = urn.split('::');
  return { type: types.split('$').at(-1) ?? '', name: name.join('::') };
}

/** The object that a resource of `@pulumi/kubernetes` is; `undefined` for any other resource, and for one whose name Pulumi makes up. */
export function pulumiObjectId(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): ObjectId | undefined {
  const [, api = '', kind = ''] = /^kubernetes:([^:]+):([^:]+)$/.exec(type) ?? [];
  if (kind === '') return undefined;
  const apiVersion = typeof inputs['apiVersion'] === 'string' ? inputs['apiVersion'] : api;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  // A Helm release has its name among its own properties.
  const metadata = isPlainObject(inputs['metadata']) ? inputs['metadata'] : inputs;
  const { name, namespace } = metadata;
  if (typeof name !== 'string') return undefined;
  return {
    group: group === 'core' ? '' : group,
    kind: typeof inputs['kind'] === 'string' ? inputs['kind'] : kind.replace(/Patch$/, ''),
    ...(typeof namespace === 'string' && { namespace }),
    name,
  };
}
