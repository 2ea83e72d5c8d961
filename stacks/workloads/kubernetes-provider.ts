import * as pulumi from '@pulumi/pulumi';
import { versionIn } from '../../adapters/own-package';
import { K3stackError } from '../../lib/errors';

/** Where the credentials for a cluster come from: the text of a kubeconfig, or a context of a file on the operator's machine. */
export type ClusterAccess =
  | { readonly kubeconfig: pulumi.Input<string> }
  | {
      readonly context: string;

      /** @default - `$KUBECONFIG`, then `~/.kube/config` */
      readonly file?: string;
    };

export interface KubernetesProviderArgs {
  readonly access: ClusterAccess;

  /** What tells this cluster from others in all of its life: only a change of it replaces the objects. */
  readonly identity: pulumi.Input<string>;

  /** Take over fields that others manage. @default false */
  readonly patchForce?: boolean;

  /** Take over objects that are there already. @default false */
  readonly adopt?: boolean;
}

/**
 * The provider of @pulumi/kubernetes for one cluster, without loading its generated classes.
 *
 * @throws K3stackError `PACKAGE_MISSING` when @pulumi/kubernetes is not installed.
 */
export function kubernetesProvider(
  name: string,
  { access, identity, patchForce = false, adopt = false }: KubernetesProviderArgs,
  opts: pulumi.ResourceOptions,
): pulumi.ProviderResource {
  return new (class extends pulumi.ProviderResource {
    constructor() {
      super(
        'kubernetes',
        name,
        {
          ...credentials(access),
          clusterIdentifier: identity,
          // Providers take anything but text as JSON.
          enableServerSideApply: 'true',
          // Without these two, a changed value deletes the object and makes it anew.
          enableConfigMapMutable: 'true',
          enableSecretMutable: 'true',
          // Left out where they are not asked for, so that their environment variables count.
          ...(patchForce && { enablePatchForce: 'true' }),
          ...(adopt && { upsertExistingObjects: 'true' }),
        },
        { ...opts, version: installedVersion() },
      );
    }
  })();
}

/** `$KUBECONFIG` is written down by the SDK's own class, so it differs from machine to machine; the provider reads it by itself. */
function credentials(access: ClusterAccess): pulumi.Inputs {
  if ('kubeconfig' in access) return { kubeconfig: pulumi.secret(access.kubeconfig) };
  return { context: access.context, ...(access.file !== undefined && { kubeconfig: access.file }) };
}

/** The release of the plugin has to be that of the package. */
function installedVersion(): string {
  try {
    return versionIn(require.resolve('@pulumi/kubernetes/package.json'));
  } catch (error) {
    throw new K3stackError(
      'PACKAGE_MISSING',
      'applying workloads needs the package @pulumi/kubernetes; run npm install @pulumi/kubernetes',
      undefined,
      { cause: error },
    );
  }
}
