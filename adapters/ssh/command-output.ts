import { StringDecoder } from 'node:string_decoder';

/** What a command writes: standard output whole up to a limit, of standard error the end, line by line. */
export class CommandOutput {
  private readonly out: Buffer[] = [];
  private outSize = 0;
  private err = '';
  private line = '';
  private readonly decoder = new StringDecoder('utf8');

  constructor(private readonly onStderrLine: (line: string) => void = () => {}) {}

  /** @returns whether it is still within the limit. */
  addStdout(chunk: Buffer): boolean {
    this.outSize += chunk.length;
    if (this.outSize > STDOUT_LIMIT) return false;
    this.out.push(chunk);
    return true;
  }

  addStderr(chunk: Buffer): void {
    const text = this.decoder.write(chunk);
    this.err = (this.err + text).slice(-STDERR_KEPT);
    const lines = (this.line + text).split('\n');
    this.line = (lines.pop() ?? '').slice(-STDERR_KEPT);
    lines.forEach((line) => this.onStderrLine(line.replace(/\r$/, '')));
  }

  /** What was written so far; a last line without its end counts as one. */
  end(): { readonly stdout: string; readonly stderr: string } {
    if (this.line !== '') this.onStderrLine(this.line);
    this.line = '';
    return { stdout: Buffer.concat(this.out).toString('utf8'), stderr: this.err };
  }
}

/** Bytes. */
export const STDOUT_LIMIT = 16 * 1_048_576;

/** Characters. */
const STDERR_KEPT = 65_536;
