/** Value of a setting in `postgresql.conf`. */
export type ParameterValue = string | number | boolean;

/** How much a server may use, in bytes. */
export interface ServerSpace {
  readonly memory: number;
  readonly volume: number;
}

/**
 * Settings that fit a server into its memory limit and its volume. The shares are those of the manual (postgresql.org/docs/17/runtime-config-resource.html:
 * a quarter for `shared_buffers`); a connection costs some 8 MB of its own.
 */
export function serverParameters({ memory, volume }: ServerSpace): Readonly<Record<string, string>> {
  const connections = clamp(Math.floor(memory / (8 * MB)), 20, 100);
  return {
    max_connections: String(connections),
    shared_buffers: megabytes(memory / 4, 16, 8192),
    effective_cache_size: megabytes(memory / 2, 32, 65_536),
    maintenance_work_mem: megabytes(memory / 16, 8, 1024),
    work_mem: megabytes(memory / 4 / connections, 1, 64),
    max_wal_size: megabytes(volume / 10, 64, 1024),
    min_wal_size: '32MB', // two segments, the least there can be
  };
}

function megabytes(bytes: number, low: number, high: number): string {
  return `${clamp(Math.floor(bytes / MB), low, high)}MB`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

const MB = 2 ** 20;

/** Settings that the preset's own scripts, probes and Service count on. */
export const HELD_PARAMETERS: readonly string[] = [
  'config_file',
  'data_directory',
  'hba_file',
  'listen_addresses',
  'port',
  'unix_socket_directories',
];
