import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { PULUMI_RELEASE } from '../../lib/synthesis/pulumi-release';
import { isOci, type HelmRelease } from './helm-release';

/**
 * A release that Pulumi installs, as the inputs of its resource `kubernetes:helm.sh/v3:Release` (@pulumi/kubernetes 4.34.2:helm/v3/release.d.ts). No API
 * server knows such an object: it stands in the manifests for previews and rules to see, and `Workloads` makes the resource of it.
 */
export function pulumiRelease(scope: Construct, release: HelmRelease): void {
  const { name, chart, repository, version, namespace, createNamespace, values } = release;
  new ApiObject(scope, 'release', {
    ...PULUMI_RELEASE,
    metadata: { name, namespace },
    spec: {
      ...(isOci(release)
        ? { chart: `${repository}/${chart}` }
        : { chart, repositoryOpts: { repo: repository } }),
      version,
      createNamespace,
      allowNullValues: true, // null removes a default of the chart, in every other delivery as well
      ...(Object.keys(values).length > 0 && { values }),
    },
  });
}
