import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { FAULTS, type FaultName } from './fault-table';
import type { Fault, FaultOptionValues } from './faults/fault';
import { faultNamed } from './host-faults';
import { Lab } from './lab';
import { labNames } from './lab-state';
import { removeLab } from './leftovers';
import { LabError, TOOL_PATH } from './run-tool';
import { whyNotHere } from './prerequisites';
import { writeSshConfig } from './ssh-config';

const program = new Command('lab')
  .description('Real machines with systemd and sshd on this one, to try things on by hand')
  .option('--name <name>', 'which lab', 'lab');

program
  .command('up [hosts]')
  .description('bring up a lab with this many hosts (3), named alfa, bravo, charlie, …')
  .option('--octet <number>', 'third number of the addresses; otherwise the first that is free')
  .option('--disk <path=size...>', 'give each host a file system of its own, such as /var/lib/rancher=64M')
  .action(async (count: string | undefined, options: { octet?: string; disk?: string[] }) => {
    const hosts = hostNames(count ?? '3');
    const disks = Object.fromEntries((options.disk ?? []).map((disk) => pair(disk)));
    const octet = options.octet === undefined ? undefined : Number(options.octet);
    const start = Date.now();
    const lab = await Lab.start({
      name: labName(),
      hosts,
      octet,
      disks: Object.fromEntries(hosts.map((host) => [host, disks])),
      kept: true,
    });
    print(`lab ${lab.name} is up, in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    printHosts(lab);
  });

program
  .command('down')
  .description('remove all of a lab; also what a crashed one left')
  .action(async () => {
    await removeLab(labName());
    print(`lab ${labName()} is down`);
  });

program
  .command('status')
  .description('hosts, their addresses and faults, and how much they sent to the outside')
  .action(async () => {
    if (!labNames().includes(labName())) {
      print(`no lab ${labName()} is up; there are: ${labNames().join(', ') || 'none'}`);
      return;
    }
    const lab = await Lab.open(labName());
    printHosts(lab);
    const { packets, lookups } = await lab.outboundPackets();
    print(`sent to the outside, where none of it got: ${packets} packets, ${lookups} name lookups`);
  });

program
  .command('shell <host>')
  .description("a shell of root on a host, without SSH; after '--', a command instead")
  .argument('[command...]')
  .action(async (name: string, command: string[]) => {
    const host = (await Lab.open(labName())).host(name);
    run(command.length === 0 ? host.shellCommand() : host.shellCommand('sh', '-c', command.join(' ')));
  });

program
  .command('ssh <host>')
  .description("ssh to a host; after '--', options of ssh and a command")
  .argument('[arguments...]')
  .option('--user <user>', 'root, ops, pat, nosudo, fishy, noisy or nologin', 'root')
  .action(async (name: string, args: string[], { user }: { user: string }) => {
    const lab = await Lab.open(labName());
    run(['ssh', '-F', writeSshConfig(lab, user), lab.host(name).name, ...args]);
  });

program
  .command('ssh-config')
  .description('print an ssh_config and a known_hosts, and where they are: ssh -F FILE alfa')
  .option('--user <user>', 'who to log in as', 'root')
  .action(async ({ user }: { user: string }) => {
    const lab = await Lab.open(labName());
    const file = writeSshConfig(lab, user);
    print(`# ${file}\n${readFileSync(file, 'utf8')}`);
    const known = join(lab.folder, 'known_hosts');
    print(`# ${known}\n${readFileSync(known, 'utf8').trimEnd().replaceAll(/^/gm, '# ')}`);
  });

program
  .command('power <on|off|shutdown|reboot|replace> <host>')
  .description(
    'power a host on, pull its plug, shut it down or reboot it in order, or replace it by a new one',
  )
  .action(async (what: string, name: string) => {
    const host = (await Lab.open(labName())).host(name);
    const actions: Record<string, () => Promise<void>> = {
      on: () => host.powerOn(),
      off: () => host.powerOff(),
      shutdown: () => host.shutDown(),
      reboot: () => host.reboot(),
      replace: () => host.replace(),
    };
    const action = Object.hasOwn(actions, what) ? actions[what] : undefined;
    if (action === undefined)
      throw new LabError(`power ${what}? There are ${Object.keys(actions).join(', ')}`);
    await action();
  });

program
  .command('fault <host> <fault> [option=value...]')
  .description('make something go wrong; faults are listed by the command faults')
  .action(async (name: string, fault: string, options: string[]) => {
    const host = (await Lab.open(labName())).host(name);
    await host.faults.apply(faultNamed(fault), optionValues(faultNamed(fault), options));
  });

program
  .command('undo <host> [fault]')
  .description('put a fault right, or all of a host')
  .action(async (name: string, fault?: string) => {
    const host = (await Lab.open(labName())).host(name);
    if (fault === undefined) await host.undoAll();
    else await host.undo(faultNamed(fault));
  });

program
  .command('faults')
  .description('list what can go wrong')
  .action(() => {
    for (const [name, { summary, example }] of Object.entries<Fault<never>>(FAULTS)) {
      const options = Object.entries(example ?? {}).map(([option, value]) => ` ${option}=${value}`);
      print(`${name}${options.join('')}\n    ${summary}`);
    }
  });

function labName(): string {
  return program.opts<{ name: string }>().name;
}

function hostNames(count: string): string[] {
  const number = Number(count);
  if (!Number.isInteger(number) || number < 1)
    throw new LabError(`how many hosts? A number from 1, got '${count}'`);
  return Array.from({ length: number }, (_, index) => ALPHABET[index] ?? `host-${index + 1}`);
}

function optionValues(fault: FaultName, options: readonly string[]): FaultOptionValues {
  const { example = {} }: Fault<never> = FAULTS[fault];
  const values = options.map((option) => pair(option));
  const unknown = values.find(([option]) => !Object.hasOwn(example, option));
  if (unknown) {
    throw new LabError(
      `${fault} has no option '${unknown[0]}'; it has: ${Object.keys(example).join(', ') || 'none'}`,
    );
  }
  return Object.fromEntries(
    values.map(([option, value]) => [option, typeof example[option] === 'number' ? Number(value) : value]),
  );
}

function pair(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new LabError(`write name=value, got '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function printHosts(lab: Lab): void {
  for (const host of lab.hosts) {
    const faults = host.activeFaults.map(({ name }) => name).join(' ');
    print(
      [host.name.padEnd(10), host.address.padEnd(14), host.isOn ? 'on ' : 'off', faults].join(' ').trimEnd(),
    );
  }
}

function run([command = '', ...args]: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, PATH: TOOL_PATH } });
  process.exitCode = status ?? 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const ALPHABET = [
  'alfa',
  'bravo',
  'charlie',
  'delta',
  'echo',
  'foxtrot',
  'golf',
  'hotel',
  'india',
  'juliett',
];

async function main(): Promise<void> {
  process.stdout.on('error', () => process.exit()); // whoever read the output has read enough
  program.hook('preAction', (_, command) => {
    const reason = command.name() === 'faults' ? undefined : whyNotHere();
    if (reason !== undefined) throw new LabError(reason);
  });
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

void main();
