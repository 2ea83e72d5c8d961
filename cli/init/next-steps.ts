import { relative } from 'node:path';
import type { Palette } from '../../lib/report/palette';
import { alignedRows } from '../../lib/report/text-table';

/** What is left to do by hand: a command, and what it is for. */
export type Step = readonly [command: string, why: string];

/** Steps as aligned lines under a title. */
export function stepsText(title: string, steps: readonly Step[], color: Palette): string {
  const lines = alignedRows(steps, (cell, column) => (column === 0 ? color.cyan(cell) : color.dim(cell)));
  return [`\n${color.bold(title)}`, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** Steps that every new project begins with. */
export function firstSteps(folder: string, cwd: string, remote: boolean): Step[] {
  const place = relative(cwd, folder);
  return [
    [
      `${place === '' ? '' : `cd ${/^[\w./-]+$/.test(place) ? place : `'${place.replaceAll("'", `'\\''`)}'`} && `}npm install`,
      'then commit package-lock.json: the CI file runs npm ci',
    ],
    ['npx k3stack validate', 'types, rules and every object'],
    ['npx cdk8s synth', 'or npx k3stack synth: writes dist'],
    ['npx k3stack lock', 'pins the checksums of the K3s release'],
    ...(remote
      ? [
          [
            'ssh-keyscan -t ed25519 ADDRESS >> known_hosts',
            'for each machine; compare the fingerprint, as known_hosts tells',
          ] as const,
        ]
      : []),
  ];
}

/** Steps that make the secrets of a new environment; the value is read from standard input, so that no history keeps it. */
export function secretSteps(environment: string, secrets: readonly string[]): Step[] {
  return [
    [`pulumi stack init ${environment}`, ''],
    ...secrets.map((name): Step => [
      `openssl rand -hex 32 | pulumi config set --stack ${environment} --secret ${name}`,
      '',
    ]),
  ];
}

/** Steps that hand over the secrets of an existing cluster; without a value on the command line, pulumi asks for it. */
export function handOverSteps(
  environment: string,
  secrets: readonly { readonly name: string; readonly origin: string }[],
): Step[] {
  return [
    [`pulumi stack init ${environment}`, ''],
    ...secrets.map(({ name, origin }): Step => [
      `pulumi config set --stack ${environment} --secret ${name}`,
      origin,
    ]),
  ];
}
