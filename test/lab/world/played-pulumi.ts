import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { run } from 'k3stack/pulumi';
import { loadProgram } from '../../../adapters/program';
import { MockStack } from '../engine/mock-stack';
import type { RunReport } from './lab-stack';
import type { Reader } from './reader';

/**
 * A `pulumi` on the PATH of a reader where there is none: it hands its arguments to this process, which plays them on the driver of the lab. It asks nothing, does
 * not run `index.ts`, and keeps objects of Kubernetes only in its state.
 */
export class PlayedPulumi {
  private stack: MockStack | undefined;
  private folder = '';

  private constructor(
    private readonly reader: Reader,
    private readonly server: Server,
  ) {}

  static async on(reader: Reader): Promise<PlayedPulumi> {
    const server = createServer();
    const played = new PlayedPulumi(reader, server);
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        const { args, input, folder } = JSON.parse(text) as Call;
        played.folder = folder;
        played
          .call(args, input)
          .then(told, (error: unknown) => ({ code: 255, output: `error: ${String(error)}\n` }))
          .then((answer) => response.end(JSON.stringify(answer)))
          .catch(() => response.destroy());
      });
    });
    const socket = join(reader.home, 'pulumi.socket');
    await new Promise<void>((done, fail) => server.once('error', fail).listen(socket, done));
    // A step may take minutes.
    server.requestTimeout = 0;
    reader.program('pulumi', `#!/usr/bin/env node\n${CLIENT.replace('SOCKET', socket)}`);
    return played;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async call(args: readonly string[], input: string): Promise<string | RunReport> {
    const [command, ...words] = args.filter((word) => !word.startsWith('-'));
    const known = `${command ?? ''} ${words[0] ?? ''}`.trim();
    if (command === 'login') return `Logged in (${words[0] ?? ''})`;
    if (known === 'stack init') {
      this.stack = this.made(words[1] ?? '');
      return `Created stack '${words[1] ?? ''}'`;
    }
    if (this.stack === undefined) throw new Error('no stack selected');
    if (known === 'config set') {
      await this.stack.setConfig(words[1] ?? '', input.replace(/\n$/, ''), args.includes('--secret'));
      return '';
    }
    if (words.length === 0 && (command === 'preview' || command === 'up' || command === 'destroy'))
      return this.stack[command]();
    throw new Error(`nobody has taught the driver to play pulumi ${args.join(' ')}`);
  }

  private made(environment: string): MockStack {
    return new MockStack({
      folder: this.reader.home,
      environment,
      config: {},
      program: async () => {
        const { environments, folder } = await loadProgram(this.folder);
        return run(environments, { folder });
      },
    });
  }
}

interface Call {
  readonly args: readonly string[];
  readonly input: string;
  readonly folder: string;
}

function told(result: string | RunReport): { readonly code: number; readonly output: string } {
  if (typeof result === 'string') return { code: 0, output: result === '' ? '' : `${result}\n` };
  const { operations, output, succeeded } = result;
  const unchanged = operations.length === 0 ? 'Resources:\n    all unchanged\n' : '';
  return { code: succeeded ? 0 : 255, output: `${output}\n${unchanged}` };
}

const CLIENT = `const input = process.stdin.isTTY ? '' : require('node:fs').readFileSync(0, 'utf8');
const call = { args: process.argv.slice(2), input, folder: process.cwd() };
require('node:http').request({ socketPath: 'SOCKET', method: 'POST' }, (response) => {
  let text = '';
  response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => {
    const { code, output } = JSON.parse(text);
    process.stdout.write(output);
    process.exitCode = code;
  });
}).end(JSON.stringify(call));
`;
