import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a line that was typed led to. */
export interface Reply {
  readonly line: string;
  readonly code: number;

  /** What stands on the screen, without colours. */
  readonly output: string;

  /** Questions that were asked, and answered; each once. */
  readonly asked: readonly string[];
  readonly seconds: number;
}

/** What is typed when a question stands on the screen. */
export interface Answer {
  readonly to: RegExp;
  readonly keys: string;
}

/**
 * Somebody who types lines into a shell, on a terminal, in an empty folder and with a home of their own. What a line leaves in the shell, its folder and its
 * variables, the next one finds.
 */
export class Reader {
  private readonly folder = mkdtempSync(join(tmpdir(), 'k3stack-lab-reader-'));
  readonly home = join(this.folder, 'home');

  /** Where they begin. */
  readonly desk = join(this.folder, 'desk');

  /**
   * @param answers To whatever may be asked.
   * @param variables Of the shell they begin with, besides `PATH` and `HOME`.
   */
  constructor(
    private readonly answers: readonly Answer[],
    private readonly variables: Readonly<Record<string, string>> = {},
  ) {
    for (const folder of [this.desk, join(this.home, 'bin')]) mkdirSync(folder, { recursive: true });
    // Some programs go by the home that the system knows.
    const users = readFileSync('/etc/passwd', 'utf8');
    const own = new RegExp(`^((?:[^:]*:){2}${process.getuid?.() ?? 0}:(?:[^:]*:){2})[^:]*`, 'm');
    writeFileSync(this.own('passwd'), users.replace(own, `$1${this.home}`));
    writeFileSync(this.own('variables'), `cd '${this.desk}'\n`);
    writeFileSync(this.own('step'), STEP);
  }

  /** The folder that they are in. */
  get at(): string {
    return readFileSync(this.own('variables'), 'utf8').match(/^cd '(.*)'$/m)?.[1] ?? this.desk;
  }

  /** Puts a program on their PATH. */
  program(name: string, text: string): void {
    const file = join(this.home, 'bin', name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** Copies a file into their home, for nobody else to read. */
  keep(from: string, path: string): void {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    cpSync(from, file);
    chmodSync(file, 0o600);
  }

  /** Types a line, answers what it asks, and waits for its end. */
  async type(line: string, timeout = 300_000): Promise<Reply> {
    writeFileSync(this.own('line'), `${line}\n`);
    const began = Date.now();
    const shell = `exec unshare --mount /bin/sh '${this.own('step')}'`;
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', shell, '/dev/null'], {
      env: {
        ...pick(process.env, /^(?:\w+_proxy|LD_LIBRARY_PATH|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i),
        PATH: `${join(this.home, 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: this.home,
        USER: 'root',
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        READER: this.folder,
        ...this.variables,
      },
    });
    const screen = new Screen(this.answers, (keys) => child.stdin.write(keys));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => screen.show(text));
    child.stdin.on('error', () => {});
    const timer = setTimeout(() => child.kill('SIGTERM'), timeout);
    const code = await new Promise<number>((done, fail) => {
      child.on('error', fail);
      child.on('close', (number, signal) => done(number ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
    clearTimeout(timer);
    const { output, asked } = screen;
    return { line, code, output, asked, seconds: (Date.now() - began) / 1000 };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private own(name: string): string {
    return join(this.folder, name);
  }
}

/** What a program writes to a terminal, and what that answers. */
class Screen {
  readonly asked: string[] = [];
  private text = '';

  constructor(
    private open: readonly Answer[],
    private readonly press: (keys: string) => void,
  ) {}

  show(text: string): void {
    this.text += text;
    if (text.includes(WHERE_IS_CURSOR)) this.press('\x1b[1;1R');
    const shown = this.output;
    const answer = this.open.find(({ to }) => to.test(shown));
    if (answer === undefined) return;
    // It is shown again with every key that is pressed.
    this.open = this.open.filter((each) => each !== answer);
    this.asked.push(answer.to.exec(shown)?.[0] ?? '');
    // A person is not faster; and some programs drop what was typed before they listen.
    setTimeout(() => this.press(answer.keys), 500);
  }

  get output(): string {
    return plain(this.text);
  }
}

const WHERE_IS_CURSOR = '\x1b[6n';

/** Without what moves the cursor and paints. */
function plain(text: string): string {
  return text
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, '')
    .replace(/\x1b(?:\[[0-9;?]*[A-Za-z]|[=>78])/g, '')
    .replace(/\r+\n/g, '\n')
    .replace(/\r/g, '\n');
}

function pick(
  env: Readonly<Record<string, string | undefined>>,
  names: RegExp,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name)));
}

/** The line is read by the shell itself, so it may change folder and variables. */
const STEP = `mount --bind "$READER/passwd" /etc/passwd || exit 125
stty cols 160 rows 50
. "$READER/variables"
. "$READER/line"
code=$?
{ export -p; printf "cd '%s'\\n" "$PWD"; } >"$READER/variables"
exit $code
`;
