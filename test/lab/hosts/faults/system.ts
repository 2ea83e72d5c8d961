import type { Fault, NoOptions } from './fault';

/** `/proc/meminfo` says that the machine has little memory. It has as much as before: a stand-in. */
export const lowMemory: Fault<{ readonly megabytes?: number }> = {
  summary: 'the machine says that it has little memory',
  example: { megabytes: 256 },
  where: 'running',
  apply: async (host, { megabytes = 256 }) => {
    const total = Number(megabytes) * 1024;
    const lines = `s/^MemTotal:.*/MemTotal: ${total} kB/; s/^\\(MemFree\\|MemAvailable\\):.*/\\1: ${total / 2} kB/`;
    await host.must(
      `${FOLDER} && sed '${lines}' /proc/meminfo >${FILES}/meminfo && ${cover('/proc/meminfo')}`,
    );
  },
  undo: async (host) => void (await host.must(uncover('/proc/meminfo'))),
};

/** The kernel says that it has no control groups of memory. They stay as they are: a stand-in. */
export const noMemoryCgroup: Fault<NoOptions> = {
  summary: 'the kernel says that it has no control groups of memory',
  where: 'running',
  apply: async (host) => {
    const steps = [
      FOLDER,
      `sed 's/^\\(memory\\t.*\\)\\t1$/\\1\\t0/' /proc/cgroups >${FILES}/cgroups`,
      cover('/proc/cgroups'),
      `if [ -e ${CONTROLLERS} ]; then sed 's/\\bmemory\\b *//' ${CONTROLLERS} >${FILES}/cgroup.controllers`,
      `${cover(CONTROLLERS)}; fi`,
    ];
    await host.must(steps.join(' && '));
  },
  undo: async (host) => {
    await host.must(
      `${uncover('/proc/cgroups')}; if [ -e ${CONTROLLERS} ]; then ${uncover(CONTROLLERS)}; fi`,
    );
  },
};

/** `/etc/os-release` names a system that nobody supports. */
export const unsupportedOs: Fault<{ readonly id?: string }> = {
  summary: '/etc/os-release names another system',
  example: { id: 'beos' },
  where: 'disk',
  apply: async (host, { id = 'beos' }) => {
    const save = '[ -e /usr/lib/os-release.lab ] || cp -p /usr/lib/os-release /usr/lib/os-release.lab';
    await host.onDisk(save, []);
    await host.writeFile(
      '/usr/lib/os-release',
      `ID=${id}\nNAME="${id}"\nPRETTY_NAME="${id} 5"\nVERSION_ID="5"\n`,
    );
  },
  undo: async (host) => void (await host.onDisk('mv /usr/lib/os-release.lab /usr/lib/os-release', [])),
};

/** What programs look at to find that systemd runs is not there. It still runs: a stand-in. */
export const noSystemd: Fault<NoOptions> = {
  summary: 'nothing shows that systemd runs, so that systemctl refuses',
  where: 'running',
  apply: async (host) => void (await host.must('mv /run/systemd/system /run/systemd/system.lab')),
  undo: async (host) => void (await host.must('mv /run/systemd/system.lab /run/systemd/system')),
};

/** Nobody becomes root by sudo: it is not setuid, or not there, or wants a terminal. */
export const sudoBroken: Fault<{ readonly how?: 'setuid' | 'missing' | 'tty' }> = {
  summary: 'sudo is not setuid, or missing, or wants a terminal (how: setuid, missing, tty)',
  example: { how: 'setuid' },
  where: 'disk',
  apply: async (host, { how = 'setuid' }) => void (await host.onDisk(SUDO[how].breaks, [])),
  undo: async (host, { how = 'setuid' }) => void (await host.onDisk(SUDO[how].mends, [])),
};

/** A process of the host listens on a port. */
export const portOccupied: Fault<{ readonly port: number; readonly protocol?: 'tcp' | 'udp' }> = {
  summary: 'another process listens on a port',
  example: { port: 6443, protocol: 'tcp' },
  where: 'running',
  apply: async (host, { port, protocol = 'tcp' }) => {
    const unit = `lab-port-${port}-${protocol}`;
    // Not nc, which lets others listen on the port that it has.
    const socket = protocol === 'udp' ? `--datagram -l ${port} sleep infinity` : `--accept -l ${port} cat`;
    const listen = `systemd-socket-activate ${socket}`;
    const isListening = `ss -Hln --${protocol} "sport = :${port}" | grep -q .`;
    const wait = `for try in $(seq 100); do ${isListening} && exit; sleep 0.05; done; exit 1`;
    await host.must(
      `systemd-run --quiet --unit=${unit} --property=CollectMode=inactive-or-failed ${listen}; ${wait}`,
    );
  },
  undo: async (host, { port, protocol = 'tcp' }) => {
    await host.must(`systemctl stop lab-port-${port}-${protocol}.service`);
  },
};

/**
 * `date` tells another time, by a wrapper that comes before it on the PATH. The kernel's clock is the operator's, and programs that ask
 * it see no difference: a stand-in.
 */
export const clockSkew: Fault<{ readonly seconds: number }> = {
  summary: '`date` is wrong by some seconds',
  example: { seconds: -3600 },
  where: 'disk',
  apply: (host, { seconds }) => host.writeFile('/usr/local/bin/date', dateWrapper(Number(seconds)), '0755'),
  undo: async (host) => void (await host.onDisk('rm -f /usr/local/bin/date', [])),
};

function dateWrapper(seconds: number): string {
  return `#!/bin/sh
for argument in "$@"; do
  case $argument in
  -d* | --date* | -f* | --file* | -r* | --reference* | -s* | --set*) exec /usr/bin/date "$@" ;;
  esac
done
exec /usr/bin/date -d "@$(($(/usr/bin/date +%s) + ${seconds}))" "$@"
`;
}

function cover(path: string): string {
  return `mount --bind ${FILES}/$(basename ${path}) ${path}`;
}

function uncover(path: string): string {
  return `umount ${path}`;
}

const FILES = '/run/lab';
const FOLDER = `mkdir -p ${FILES}`;
const CONTROLLERS = '/sys/fs/cgroup/cgroup.controllers';
const SUDO = {
  setuid: { breaks: 'chmod u-s /usr/bin/sudo', mends: 'chmod u+s /usr/bin/sudo' },
  missing: { breaks: 'mv /usr/bin/sudo /usr/bin/sudo.lab', mends: 'mv /usr/bin/sudo.lab /usr/bin/sudo' },
  tty: {
    breaks: "umask 227; echo 'Defaults requiretty' >/etc/sudoers.d/zz-lab",
    mends: 'rm -f /etc/sudoers.d/zz-lab',
  },
};
