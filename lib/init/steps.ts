/** What is left to do by hand: a command, and what it is for. */
export interface Step {
  readonly command: string;

  /** Empty when the command says it. */
  readonly why: string;
}

/**
 * Steps that every new project begins with.
 *
 * @param remote Whether hosts are reached over SSH.
 */
export function firstSteps(remote: boolean): Step[] {
  return [
    step('npm install', 'then commit package-lock.json: the CI file runs npm ci'),
    step('npx k3stack validate', 'types, rules and every object'),
    step('npx cdk8s synth', 'or npx k3stack synth: writes dist'),
    step('npx k3stack lock', 'pins the checksums of the K3s release'),
    ...(remote
      ? [
          step(
            'npx k3stack hosts trust',
            'pins the host keys; compare the fingerprints, as known_hosts tells',
          ),
          step('npx k3stack check', 'looks at every machine, and changes nothing'),
        ]
      : []),
  ];
}

/**
 * Steps before the first secret: nobody can type the passphrase of a state into a pipe.
 *
 * @param project Name of the project, for the file that keeps it.
 */
export function passphraseSteps(project: string): Step[] {
  const file = `"$HOME/.${project}-passphrase"`;
  return [
    step(`(umask 077 && openssl rand -hex 32 > ${file})`, 'encrypts secrets in the state; keep a copy'),
    step(`export PULUMI_CONFIG_PASSPHRASE_FILE=${file}`, 'in every shell'),
  ];
}

/** Steps that make the secrets of a new environment; the values go through a pipe, so that no history keeps them. */
export function secretSteps(environment: string, secrets: readonly string[]): Step[] {
  return [
    step(`pulumi stack init ${environment}`),
    ...secrets.map((name) =>
      step(`openssl rand -hex 32 | pulumi config set --stack ${environment} --secret ${name}`),
    ),
  ];
}

/** Steps that hand over the secrets of an existing cluster; pulumi asks for each value. */
export function handOverSteps(
  environment: string,
  secrets: readonly { readonly name: string; readonly origin: string }[],
): Step[] {
  return [
    step(`pulumi stack init ${environment}`),
    ...secrets.map(({ name, origin }) =>
      step(`pulumi config set --stack ${environment} --secret ${name}`, origin),
    ),
  ];
}

/** Steps as a fence for a README. */
export function stepsFence(steps: readonly Step[]): string {
  const width = Math.max(...steps.map(({ command }) => command.length));
  const lines = steps.map(({ command, why }) =>
    why === '' ? command : `${command.padEnd(width)}  # ${why}`,
  );
  return ['```sh', ...lines, '```', ''].join('\n');
}

function step(command: string, why = ''): Step {
  return { command, why };
}
