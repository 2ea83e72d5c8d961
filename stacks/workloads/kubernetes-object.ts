import * as pulumi from '@pulumi/pulumi';
import type { KubernetesObject, KubernetesSecret } from '../../lib/synthesis/synthesis';
import { fillHoles } from '../../lib/synthesis/fill';
import { isPulumiRelease } from '../../lib/synthesis/pulumi-release';
import { valuesFor, withLate, type RunInputs } from '../run-inputs';

/** Any object of a cluster, whatever its type. */
export class KubernetesResource extends pulumi.CustomResource {}

/**
 * One object of a cluster as one resource, under the type that @pulumi/kubernetes has for it: state made by either can be taken over by the other.
 *
 * @param scope What sets its cluster apart from the others of the stack.
 */
export function kubernetesObject(
  scope: string,
  object: KubernetesObject,
  inputs: RunInputs,
  opts: pulumi.CustomResourceOptions,
): KubernetesResource {
  const properties = Object.entries(inputsOf(object)).map(([key, value]) => [
    key,
    JSON.stringify(value).includes('«') ? withLate(value, inputs) : value,
  ]);
  return new KubernetesResource(
    typeToken(object),
    objectName(scope, object),
    Object.fromEntries(properties) as pulumi.Inputs,
    opts,
  );
}

/** Pulumi's Helm release takes what stands in `spec`; `compat` is what its own class adds (@pulumi/kubernetes 4.34.2:helm/v3/release.js). */
function inputsOf(object: KubernetesObject): Readonly<Record<string, unknown>> {
  if (!isPulumiRelease(object)) return object;
  const { namespace, name } = object.metadata;
  return { ...(object['spec'] as object), name, namespace, compat: 'true' };
}

/** A Kubernetes Secret, its values put in on their way. */
export function kubernetesSecret(
  scope: string,
  { namespace, name, data }: KubernetesSecret,
  inputs: RunInputs,
  opts: pulumi.CustomResourceOptions,
): KubernetesResource {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } };
  const filled = valuesFor(data, inputs).apply((values) =>
    Object.fromEntries(
      Object.entries(data).map(([key, text]) => [
        key,
        Buffer.from(fillHoles(text, values)).toString('base64'),
      ]),
    ),
  );
  return new KubernetesResource(
    typeToken(object),
    objectName(scope, object),
    { ...object, type: 'Opaque', data: pulumi.secret(filled) },
    opts,
  );
}

/** The provider reads the API of an object from its type, and wants a group: that without a name is `core`. */
function typeToken({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** Cluster, namespace and name; a kind is either in namespaces or not, so these never meet. */
export function objectName(scope: string, { metadata }: Pick<KubernetesObject, 'metadata'>): string {
  return [scope, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}
