/* eslint-disable @typescript-eslint/no-require-imports --
   A command is loaded when it is called. import() would do it too, but takes 6 ms to start Node's second loader. */
import type { Command, CommandTable } from './command';

/** Every command by name, in the order of the list. */
export const commandTable: CommandTable = {
  init: {
    summary: 'Make a project, to begin with or of hosts that run K3s already',
    load: () => (require('./commands/init') as { readonly init: Command }).init,
  },
  synth: {
    summary: 'Write manifests, host files, plan and picture of each environment',
    load: () => (require('./commands/synth') as { readonly synth: Command }).synth,
  },
  validate: {
    summary: 'Check the program, its types and every environment, and write nothing',
    load: () => (require('./commands/validate') as { readonly validate: Command }).validate,
  },
  plan: {
    summary: 'Show what is done on the hosts, and in which order',
    load: () => (require('./commands/plan') as { readonly plan: Command }).plan,
  },
  graph: {
    summary: 'Show the steps and what waits for what',
    load: () => (require('./commands/graph') as { readonly graph: Command }).graph,
  },
  lock: {
    summary: 'Pin the checksums of the releases in use',
    load: () => (require('./commands/lock') as { readonly lock: Command }).lock,
  },
  options: {
    summary: 'Explain K3s options, and check a config.yaml or a command line',
    load: () => (require('./commands/options') as { readonly options: Command }).options,
  },
  completion: {
    summary: 'Print the completion script for a shell',
    load: () => (require('./commands/completion') as { readonly completion: Command }).completion,
  },
  complete: {
    summary: 'Answer what a completion script asks',
    load: () => (require('./commands/complete') as { readonly complete: Command }).complete,
    hidden: true,
  },
};
