/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports --
   A command is loaded when it is called. import() would do it too, but takes 6 ms to start Node's second loader. */
import type { CommandTable } from './command';

/** Every command by name, in the order of the list. */
export const commandTable: CommandTable = {
  init: {
    summary: 'Make a project, to begin with or of hosts that run K3s already',
    load: () => (require('./commands/init') as typeof import('./commands/init')).init,
  },
  synth: {
    summary: 'Write manifests, host files, plan and picture of each environment',
    load: () => (require('./commands/synth') as typeof import('./commands/synth')).synth,
  },
  validate: {
    summary: 'Check the program, its types and every environment, and write nothing',
    load: () => (require('./commands/validate') as typeof import('./commands/validate')).validate,
  },
  plan: {
    summary: 'Show what is done on the hosts, and in which order',
    load: () => (require('./commands/plan') as typeof import('./commands/plan')).plan,
  },
  preview: {
    summary: 'Show what a change does on hosts and in manifests, for its pull request',
    load: () => (require('./commands/preview') as typeof import('./commands/preview')).preview,
  },
  diff: {
    summary: 'Compare two sets of manifests or syntheses, the risky changes first',
    load: () => (require('./commands/diff') as typeof import('./commands/diff')).diff,
  },
  graph: {
    summary: 'Show the steps and what waits for what',
    load: () => (require('./commands/graph') as typeof import('./commands/graph')).graph,
  },
  lock: {
    summary: 'Pin the checksums of the releases in use',
    load: () => (require('./commands/lock') as typeof import('./commands/lock')).lock,
  },
  status: {
    summary: 'Show how the nodes of a cluster are',
    load: () => (require('./commands/status') as typeof import('./commands/status')).status,
  },
  drift: {
    summary: 'Show what on the hosts is not what the program says',
    load: () => (require('./commands/drift') as typeof import('./commands/drift')).drift,
  },
  kubeconfig: {
    summary: 'Write the kubeconfig of a cluster, at an address that leads there',
    load: () => (require('./commands/kubeconfig') as typeof import('./commands/kubeconfig')).kubeconfig,
  },
  reboot: {
    summary: 'Restart machines, drained and one after the other',
    load: () => (require('./commands/reboot') as typeof import('./commands/reboot')).reboot,
  },
  snapshot: {
    summary: 'Take a snapshot of a cluster, or list those there are',
    load: () => (require('./commands/snapshot') as typeof import('./commands/snapshot')).snapshot,
  },
  restore: {
    summary: 'Bring a cluster back to a snapshot',
    load: () => (require('./commands/restore') as typeof import('./commands/restore')).restore,
  },
  drill: {
    summary: 'Prove that a cluster comes back from a snapshot',
    load: () => (require('./commands/drill') as typeof import('./commands/drill')).drill,
  },
  doctor: {
    summary: 'Collect what explains a fault, without secrets',
    load: () => (require('./commands/doctor') as typeof import('./commands/doctor')).doctor,
  },
  promote: {
    summary: 'Write down that a cluster runs its release, for the environments behind it',
    load: () => (require('./commands/promote') as typeof import('./commands/promote')).promote,
  },
  hosts: {
    summary: 'Pin the keys of hosts',
    load: () => (require('./commands/hosts') as typeof import('./commands/hosts')).hosts,
  },
  check: {
    summary: 'Look at every host, and change nothing: can it be reached, is it fit, are ports open',
    load: () => (require('./commands/check') as typeof import('./commands/check')).check,
  },
  options: {
    summary: 'Explain K3s options, and check a config.yaml or a command line',
    load: () => (require('./commands/options') as typeof import('./commands/options')).options,
  },
  import: {
    summary: 'Write TypeScript for the kinds of CustomResourceDefinitions',
    load: () => (require('./commands/import') as typeof import('./commands/import')).importTypes,
  },
  completion: {
    summary: 'Print the completion script for a shell',
    load: () => (require('./commands/completion') as typeof import('./commands/completion')).completion,
  },
  complete: {
    summary: 'Answer what a completion script asks',
    load: () => (require('./commands/complete') as typeof import('./commands/complete')).complete,
    hidden: true,
  },
};
