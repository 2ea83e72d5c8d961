import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why containers cannot be imitated here; `undefined` when they can. */
export function whyNoCell(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root, to give programs a root file system of their own';
  const programs = ['unshare', 'nsenter', 'setpriv', 'ip', 'git', 'curl', 'htpasswd'];
  const missing = programs.find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  if (missing !== undefined) return `it needs ${missing}`;
  const asUser = [
    '--reuid',
    '1000',
    '--regid',
    '1000',
    '--clear-groups',
    'unshare',
    '--user',
    '--map-root-user',
    'true',
  ];
  if (spawnSync('setpriv', asUser, { stdio: 'ignore' }).status !== 0)
    return 'it needs user namespaces for those who are not root';
  return spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' }).status ===
    0
    ? undefined
    : 'it needs the right to make namespaces of processes, mounts and network';
}

/** What stands for an image: this machine's own files, with these above them. */
export interface Image {
  /** Path in it to a file or folder of this machine. */
  readonly files: Readonly<Record<string, string>>;

  /** Path in it to a short text that can be run. */
  readonly texts?: Readonly<Record<string, string>>;

  /** Its variables. */
  readonly env: Readonly<Record<string, string>>;

  /** In place of the command that a manifest leaves to it. */
  readonly entryPoint?: readonly string[];
}

/** A container as a manifest has it, as far as it matters here. */
export interface CellContainer {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;

  /** Path in the container to a folder of this machine. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly readOnlyRoot: boolean;
}

/**
 * What a kubelet and a container runtime would do, made of Linux namespaces: a network without any way out, in which each container gets a root file system
 * and processes of its own, its user, its volumes and, when it says so, nothing else that it can write to. Everything ends with the test.
 */
export class Cell {
  readonly folder = mkdtempSync(join(tmpdir(), 'k3stack-gitea-'));
  private readonly hosts = new Map<string, string>();

  private constructor(
    private readonly holder: ChildProcess,
    private readonly pid: number,
  ) {}

  static async open(): Promise<Cell> {
    const script = 'ip link set lo up && echo ready && exec sleep infinity';
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const holder = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...own, 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve, reject) => {
      holder.stdout.once('data', resolve);
      holder.once('exit', (code) => reject(new Error(`the cell ended with ${code}`)));
    });
    const [child] = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').split(' ');
    return new Cell(holder, Number(child));
  }

  /** Gives an address to a name, as the DNS of a cluster does. */
  name(host: string, address = '127.0.0.1'): void {
    this.hosts.set(host, address);
  }

  /** A folder that a volume is. */
  volume(name: string): string {
    const path = join(this.folder, 'volumes', name);
    mkdirSync(path, { recursive: true });
    spawnSync('chown', ['1000:1000', path]);
    return path;
  }

  /** Passes connections from a place inside of the cell to another one: `port`, or the path of a socket. */
  async relay(from: number | string, to: number | string): Promise<void> {
    const script = `const{connect,createServer}=require('node:net');createServer((a)=>{const b=connect(${JSON.stringify(to)});
      a.pipe(b).pipe(a);a.on('error',()=>b.destroy());b.on('error',()=>a.destroy())}).listen(${JSON.stringify(from)},()=>console.log('ready'))`;
    const child = spawn('nsenter', [...this.entrance(), process.execPath, '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', (code) => reject(new Error(`a relay ended with ${code}`)));
    });
  }

  /**
   * Runs a program of this machine in the network of the cell; its folder is `/`.
   *
   * @throws Error with its output when it fails.
   */
  outside(command: readonly string[], input = ''): string {
    const { status, stdout, stderr } = spawnSync('nsenter', [...this.entrance(), ...command], {
      encoding: 'utf8',
      input,
    });
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts a container. */
  start(container: CellContainer, image: Image): CellProcess {
    const root = join(this.folder, 'roots', `${container.name}-${this.roots++}`);
    this.writeImage(root, image);
    const command = [...(container.command ?? image.entryPoint ?? []), ...(container.args ?? [])];
    const env = Object.entries({ ...image.env, ...container.env }).map(([name, value]) => `${name}=${value}`);
    const child = spawn(
      'nsenter',
      [
        ...this.entrance(),
        'unshare',
        '--mount',
        'bash',
        '-euc',
        SETUP,
        root,
        mountLines(container),
        '--',
        ...env,
        ...command,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new CellProcess(container.name, child);
  }

  private roots = 0;

  private writeImage(root: string, { files, texts = {} }: Image): void {
    const upper = join(root, 'upper');
    const hosts = [...this.hosts].map(([host, address]) => `${address} ${host}\n`).join('');
    const all = {
      '/etc/hosts': `127.0.0.1 localhost\n${hosts}`,
      '/etc/passwd': PASSWD,
      '/etc/group': GROUP,
      ...texts,
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(upper, path)), { recursive: true });
      writeFileSync(join(upper, path), text, { mode: path.startsWith('/etc') ? 0o644 : 0o755 });
    }
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(upper, path)), { recursive: true });
      spawnSync('cp', ['-rL', '--no-preserve=ownership', source, join(upper, path)]);
      spawnSync('chmod', ['-R', path.includes('/bin') ? '755' : 'u+w,a+rX', join(upper, path)]); // modules keep no modes
    }
  }

  private entrance(): string[] {
    return ['--target', String(this.pid), '--net', '--mount', '--pid', '--'];
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.holder.once('exit', resolve));
    this.holder.kill('SIGKILL');
    await ended;
    await sleep(200);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A container that was started. */
export class CellProcess {
  private text = '';
  private code: number | undefined;
  private readonly over: Promise<number>;

  constructor(
    readonly name: string,
    child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.over = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve((this.code = code ?? -1)));
    });
  }

  get output(): string {
    return this.text;
  }

  /** Waits for its end. @throws Error with what it said, when it failed. */
  async succeeds(): Promise<string> {
    if ((await this.over) !== 0)
      throw new Error(`${this.name} ended with ${this.code}:\n${this.text.slice(-3000)}`);
    return this.text;
  }

  /** Waits until something holds. @throws Error with what the container said, when it ends before or time is up. */
  async until(holds: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      if (await holds()) return;
      if (this.code !== undefined || Date.now() > deadline)
        throw new Error(
          `${this.name} is not ready (ended: ${this.code ?? 'no'}):\n${this.text.slice(-3000)}`,
        );
      await sleep(200);
    }
  }
}

function mountLines({ mounts, readOnlyRoot }: CellContainer): string {
  const binds = Object.entries(mounts).map(([path, source]) => {
    const place = path.replace(/^\/var\/run\//, '/run/'); // a link, which would lead out of the root
    return `mkdir -p "$root${place}" && mount --bind '${source}' "$root${place}"`;
  });
  return [...binds, ...(readOnlyRoot ? ['mount -o remount,ro "$root"'] : [])].join('\n');
}

/** Overlay of the image above this machine's files, then volumes, then the user: without capabilities, and none to be had. */
const SETUP = `root=$0/root mounts=$1
shift 2
mkdir -p "$0/upper" "$0/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mkdir "$root/run/old"
eval "$mounts"
cd "$root"
pivot_root . run/old
umount -l /run/old
exec setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs env -i "$@"
`;

const PASSWD = 'root:x:0:0:root:/root:/bin/bash\ngit:x:1000:1000:git:/var/lib/gitea/git:/bin/bash\n';
const GROUP = 'root:x:0:\ngit:x:1000:\n';
