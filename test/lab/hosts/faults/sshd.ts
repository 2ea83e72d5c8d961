import type { LabHost } from '../host';
import type { Fault, NoOptions } from './fault';

/** The host answers with other keys than those that were written down. */
export const hostKeyChanged: Fault<NoOptions> = {
  summary: 'sshd has other host keys than before',
  where: 'disk',
  apply: async (host) => {
    await host.onDisk('mkdir -p "$1" && cp -p /etc/ssh/ssh_host_* "$1"', [SAVED_KEYS]);
    await host.changeHostKeys();
    await restart(host);
  },
  undo: async (host) => {
    await host.onDisk('cp -p "$1"/* /etc/ssh && rm -r "$1"', [SAVED_KEYS]);
    await restart(host);
  },
};

/** sshd drops connections that come while others log in, by its own setting `MaxStartups`. */
export const sshdDrops: Fault<{ readonly maxStartups?: string }> = {
  summary: 'sshd drops connections that come while another one logs in',
  example: { maxStartups: '1:100:1' },
  where: 'disk',
  apply: async (host, { maxStartups = '1:100:1' }) => {
    await host.writeFile(SETTINGS, `MaxStartups ${maxStartups}\n`);
    await restart(host);
  },
  undo: async (host) => {
    await host.onDisk('rm -f "$1"', [SETTINGS]);
    await restart(host);
  },
};

/** sshd does not run, and does not start with the host. Connections that are open stay. */
export const sshdDown: Fault<NoOptions> = {
  summary: 'sshd does not run',
  where: 'disk',
  apply: async (host) => {
    await host.onDisk('ln -sf /dev/null /etc/systemd/system/ssh.service', []);
    if (host.isOn) await host.must('systemctl daemon-reload && systemctl stop ssh.service');
  },
  undo: async (host) => {
    await host.onDisk('rm -f /etc/systemd/system/ssh.service', []);
    if (host.isOn) await host.must('systemctl daemon-reload && systemctl start ssh.service');
  },
};

async function restart(host: LabHost): Promise<void> {
  if (!host.isOn) return;
  await host.must('systemctl restart ssh.service');
  await host.sshAnswers();
}

const SAVED_KEYS = '/etc/ssh/lab-saved';
const SETTINGS = '/etc/ssh/sshd_config.d/00-lab.conf';
