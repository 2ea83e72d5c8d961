import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './run-tool';

/** What is done to the link between a host and the switch, now and whenever the host boots. */
export class Cable {
  constructor(
    private readonly folder: string,
    private readonly namespace: string,
    private readonly port: string,
  ) {}

  /** A shell command that runs `ip` inside of the switch. */
  command(...args: readonly string[]): string {
    return `ip -n ${this.namespace} ${args.join(' ')}`;
  }

  /** Does something to the link, and does it again at each boot until it is removed. */
  async lay(name: string, script: string): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.file(name), `${script}\n`);
    await this.run(script);
  }

  /** Undoes what `lay` did, by a script that does the reverse. */
  async remove(name: string, script: string): Promise<void> {
    rmSync(this.file(name), { force: true });
    await this.run(script);
  }

  private async run(script: string): Promise<void> {
    if (await this.isPlugged()) await tool('bash', ['-ec', script]);
  }

  /** A host that is off has no port. */
  private async isPlugged(): Promise<boolean> {
    const links = await tool('ip', ['-n', this.namespace, '-o', 'link', 'show']);
    return links.includes(` ${this.port}@`) || links.includes(` ${this.port}:`);
  }

  private file(name: string): string {
    return join(this.folder, `${name}.sh`);
  }
}
