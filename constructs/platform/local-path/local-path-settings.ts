export interface LocalPathStorageProps {
  /** Name of the storage class. @default 'local-path' */
  readonly className?: string;

  /** Claims that name no class get this one; one class per cluster. @default true */
  readonly isDefault?: boolean;

  /**
   * Directory on every node under which volumes are made; it belongs to the provisioner alone.
   *
   * @default - `storage` in K3s's data directory; '/opt/local-path-provisioner' where the cluster is not K3s of this program
   */
  readonly path?: string;

  /** Other directories on some nodes, by node name; several are chosen from at random, none makes no volumes there. @default - `path` on all */
  readonly pathsPerNode?: Readonly<Record<string, readonly string[]>>;

  /** What happens to a volume's data when its claim is deleted. @default 'Delete' */
  readonly reclaimPolicy?: 'Delete' | 'Retain';

  /** Whether a volume waits for its first pod, and so gets onto that pod's node. @default 'WaitForFirstConsumer' */
  readonly volumeBindingMode?: 'WaitForFirstConsumer' | 'Immediate';

  /** Kind of volumes: Velero backs up files of `local` ones only. @default 'local' */
  readonly volumeType?: 'local' | 'hostPath';
}
