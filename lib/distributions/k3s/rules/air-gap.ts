import { posix } from 'node:path';
import type { Finding } from '../../../rules/rule';
import { imageArchive } from '../artifacts';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about hosts that never fetch. */
export const airGapRules = [
  k3sRule({
    id: 'k3s-image-archive',
    title: 'Image archives have a suffix that K3s imports, and names of their own',
    reason: 'K3s leaves out other files without a word; equal names overwrite each other.',
    source:
      'https://docs.k3s.io/installation/airgap#prepare-the-images-directory-and-k3s-binary; rancher/wharfie pkg/tarfile',
    check: archiveFindings,
  }),
];

function archiveFindings({ path, props, nodes }: K3sModel): Finding[] {
  const archives = typeof props.airGap === 'object' ? (props.airGap.archives ?? []) : [];
  const property = 'airGap.archives';
  const seen = new Set<string>(nodes.map(({ architecture }) => imageArchive(architecture)));
  return archives.flatMap((archive): Finding[] => {
    const name = posix.basename(archive);
    if (!/.\.(?:tar|tar\.gz|tgz|tar\.zst|tzst|tar\.bz2|tbz|tar\.lz4)$/.test(name)) {
      return [
        {
          path,
          property,
          problem: `must be .tar, .tar.gz, .tar.zst, .tar.bz2 or .tar.lz4 files, got ${quoted(archive)}`,
          fix: "write archives: ['images/shop.tar.zst']",
        },
      ];
    }
    if (seen.has(name))
      return [
        {
          path,
          property,
          problem: `${quoted(name)} is there twice`,
          fix: 'give each archive another file name',
        },
      ];
    seen.add(name);
    return [];
  });
}
