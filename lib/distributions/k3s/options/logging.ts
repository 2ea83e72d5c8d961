import type { OptionSpec } from './option-spec';

/** Options about logs and about where options are read from. */
export const loggingOptions = {
  config: {
    help: 'File that options are read from; drop-ins are read from the directory of the same name plus `.d`.',
    type: 'path',
    role: 'both',
    applies: 'restart',
    default: '/etc/rancher/k3s/config.yaml',
    aliases: ['c'],
    env: 'K3S_CONFIG_FILE',
    managed: 'nothing else: k3stack writes the default file',
    why: 'K3s reads it before anything else, so it has no effect inside config.yaml',
  },
  debug: {
    help: 'Log at debug level.',
    type: 'boolean',
    role: 'both',
    applies: 'restart',
    default: false,
    env: 'K3S_DEBUG',
  },
  v: {
    help: 'Verbosity of the Kubernetes components in this process, 0 (least) to 10.',
    type: 'integer',
    range: [0, 10],
    role: 'both',
    applies: 'restart',
    default: 0,
    managed: '`logLevel` of the node',
  },
  vmodule: {
    help: 'Verbosity for single source files, `PATTERN=LEVEL` separated by commas.',
    type: 'string',
    role: 'both',
    applies: 'restart',
  },
  log: {
    help: 'Log to this file (rotated at 50 MB, three kept) instead of standard error.',
    type: 'path',
    role: 'both',
    applies: 'restart',
    aliases: ['l'],
    why: 'K3s then tells systemd it is ready as soon as it starts, before the node works (log_linux.go)',
  },
  alsologtostderr: {
    help: 'With `log`, log to standard error as well.',
    type: 'boolean',
    role: 'both',
    applies: 'restart',
    default: false,
  },
  'enable-pprof': {
    help: 'Serve Go profiles on the supervisor port.',
    type: 'boolean',
    role: 'both',
    applies: 'restart',
    default: false,
    experimental: true,
  },
} as const satisfies Record<string, OptionSpec>;
