import type { Finding } from '../../../rules/rule';
import type { K3sNode } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about kernel settings of hosts. */
export const sysctlRules = [
  k3sRule({
    id: 'k3s-sysctl',
    title: 'Kernel settings are names and values on one line',
    reason: 'The rest of the file would not be read.',
    source: 'sysctl.d(5)',
    check: ({ nodes }) => nodes.flatMap(sysctlFindings),
  }),
];

function sysctlFindings({ path, settings: { sysctls = {} } }: K3sNode): Finding[] {
  return Object.entries(sysctls).flatMap(([key, value]): Finding[] => {
    const place = { path, property: `sysctls[${JSON.stringify(key)}]` };
    if (!KEY.test(key)) {
      const problem = `must be a name below /proc/sys, such as 'vm.swappiness', got ${quoted(key)}`;
      return [{ ...place, problem, fix: "write sysctls: { 'fs.inotify.max_user_instances': '512' }" }];
    }
    if (VALUE.test(value)) return [];
    const problem = `must have a value on one line, with nothing around it, got ${quoted(value)}`;
    const meant = value.split(/[\r\n]/)[0]?.trim() ?? '';
    return [
      { ...place, problem, fix: `write ${VALUE.test(meant) ? quoted(meant) : "a value such as '512'"}` },
    ];
  });
}

/** Parts with `.` or `/` between them; a part of only `*` stands for all. */
const KEY = /^[a-z][a-z0-9_-]*(?:[./](?:[A-Za-z0-9_][\w-]*|\*))+$/;

/** Printable ASCII that neither begins nor ends with a space. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
