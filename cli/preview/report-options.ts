import type { OptionDefinition } from '../command';

/** Options of commands that write a preview report. */
export const reportOptions = {
  format: {
    kind: 'list',
    value: 'format',
    help: 'md, html, json, sarif or text; several with --out (default: text)',
    suggest: ['md', 'html', 'json', 'sarif', 'text'],
  },
  out: {
    kind: 'text',
    value: 'folder',
    help: 'Write preview.md, preview.html … to a folder instead of standard output',
    suggest: 'folders',
  },
  'fail-on': {
    kind: 'choice',
    value: 'level',
    help: 'Exit 3 for a risk of this level or a worse one: block, high, caution, routine or never',
    choices: ['block', 'high', 'caution', 'routine', 'never'],
    default: 'block',
  },
  project: {
    kind: 'text',
    value: 'name',
    help: 'Name of one of several projects of a repository: each has a comment of its own',
  },
  on: { kind: 'text', value: 'day', help: 'Day on which waivers are judged (default: today)' },
  quiet: { kind: 'flag', help: 'Write nothing but errors and what was asked for' },
} as const satisfies Record<string, OptionDefinition>;
