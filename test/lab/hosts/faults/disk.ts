import type { Fault } from './fault';

/** A file system of the host's own has no byte left. */
export const diskFull: Fault<{ readonly path: string }> = {
  summary: 'a file system that the host was started with (`disks`) has no space left',
  example: { path: '/var/lib/rancher' },
  where: 'disk',
  apply: async (host, { path }) => {
    const disk = host.ownDisk(path);
    await host.onDisk('cat /dev/zero >"$1/.lab-filler" 2>/dev/null; true', [disk]);
  },
  undo: async (host, { path }) => {
    await host.onDisk('rm -f "$1/.lab-filler"', [host.ownDisk(path)]);
  },
};
