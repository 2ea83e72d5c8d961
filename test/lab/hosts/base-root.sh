#!/bin/sh
# Runs inside of a new base root: the users of a lab host, and what a stock Debian does that a lab must not.
set -eu

mask() {
  for unit in "$@"; do ln -sf /dev/null "/etc/systemd/system/$unit"; done
}

# A host in the lab has no network beyond it: what would look for one is switched off.
mask systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer motd-news.timer

printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >/etc/hosts
rm -f /etc/resolv.conf /etc/hostname /etc/machine-id /etc/ssh/ssh_host_*
rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/*

for user in ops pat nosudo noisy; do useradd --create-home --shell /bin/bash "$user"; done
useradd --create-home --shell /usr/bin/fish fishy
useradd --create-home --shell /usr/sbin/nologin nologin
usermod --append --groups sudo pat
printf 'pat:%s\n' "$PAT_PASSWORD" | chpasswd

for user in ops fishy noisy; do echo "$user ALL=(ALL:ALL) NOPASSWD: ALL"; done >/etc/sudoers.d/lab
chmod 0440 /etc/sudoers.d/lab

# Before the line of Debian's own .bashrc that leaves a shell without a terminal alone.
printf 'echo "*** welcome from .bashrc ***"\n' | cat - /home/noisy/.bashrc >/home/noisy/.bashrc.new
mv /home/noisy/.bashrc.new /home/noisy/.bashrc
chown noisy:noisy /home/noisy/.bashrc
printf 'Authorized use only: this is a machine of the lab.\n' >/etc/motd

cat >/etc/systemd/system/lab-host.service <<'UNIT'
[Unit]
Description=Let this machine write its own control groups, and keep it from the operator's kernel
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
ExecStart=/usr/local/lib/lab-host

[Install]
WantedBy=sysinit.target
UNIT
cat >/usr/local/lib/lab-host <<'SCRIPT'
#!/bin/sh
for name in $(tr '\0' '\n' </proc/1/environ | sed -n 's/^LAB_CGROUPS=//p'); do
  mount -o remount,bind,rw "/sys/fs/cgroup/$name" || true
done
# Its sysfs shows the operator's network interfaces; one that is mounted inside shows its own.
mkdir -p /run/lab-sysfs
mount -t sysfs sysfs /run/lab-sysfs
for folder in class/net devices/virtual/net; do mount --bind "/run/lab-sysfs/$folder" "/sys/$folder"; done
umount /run/lab-sysfs
rmdir /run/lab-sysfs
# The machine shares the operator's kernel, which this file reboots.
if [ -e /proc/sysrq-trigger ]; then mount --bind /dev/null /proc/sysrq-trigger; fi
SCRIPT
chmod 0755 /usr/local/lib/lab-host
systemctl enable lab-host.service
