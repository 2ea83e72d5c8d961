import { commonOptions } from '../command';

/** Options of commands that talk to the hosts of one cluster. */
export const hostOptions = {
  program: commonOptions.program,
  env: {
    kind: 'text',
    value: 'name',
    help: 'Environment (default: the only one)',
    suggest: 'environments',
  },
  cluster: { kind: 'text', value: 'name', help: 'Cluster (default: the only one on hosts)' },
  identity: {
    kind: 'list',
    value: 'file',
    help: 'Private keys (default: ~/.ssh and the agent)',
    suggest: 'files',
  },
  json: commonOptions.json,
  quiet: commonOptions.quiet,
} as const;
