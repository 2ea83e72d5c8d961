import { posix } from 'node:path';
import type { Architecture } from '../../cluster/node';
import type { Artifact } from '../../synthesis/synthesis';
import type { HostContext } from '../distribution';
import { dataDirOf, hostPaths } from './host-paths';
import type { K3sModel, K3sNode } from './model';

/** What is downloaded to a host, or uploaded: the binary, and image archives where hosts must not fetch. */
export function artifactsOf(
  { props: { airGap, downloadFrom } }: K3sModel,
  node: K3sNode,
  context: HostContext,
): Artifact[] {
  const { version, architecture } = node;
  const artifact = (name: string, path: string): Artifact => ({
    name,
    version,
    sha256: context.checksum(version, name),
    path,
    ...(airGap ? { from: 'operator' } : downloadFrom !== undefined && { from: downloadFrom }),
  });
  const { images = true, archives = [] } = typeof airGap === 'object' ? airGap : {};
  const names = airGap ? [...(images ? [imageArchive(architecture)] : []), ...archives] : [];
  return [
    artifact(binaryName(architecture), hostPaths.binary),
    ...names.map((name) => artifact(name, `${dataDirOf(node)}/agent/images/${posix.basename(name)}`)),
  ];
}

/** Name of the binary in the release (k3s `scripts/validate-artifacts`). */
export function binaryName(architecture: Architecture): string {
  return { amd64: 'k3s', arm64: 'k3s-arm64', arm: 'k3s-armhf' }[architecture];
}

/** Name of the image archive in the release. */
export function imageArchive(architecture: Architecture): string {
  return `k3s-airgap-images-${architecture}.tar.zst`;
}
