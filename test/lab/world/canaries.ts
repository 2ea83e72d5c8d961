import { randomBytes } from 'node:crypto';
import type { LabHost } from '../hosts/host';

/** Secrets of a scenario: random, so that finding one anywhere is no accident. */
export type Canaries = Readonly<Record<string, string>>;

/** A value for each name, of letters and digits. */
export function canaries(...names: readonly string[]): Canaries {
  return Object.fromEntries(names.map((name) => [name, `canary${randomBytes(16).toString('hex')}`]));
}

/** Where on a host a secret stands that is not one of the files meant for it. */
export async function leaksOn(host: LabHost, secrets: Canaries): Promise<string[]> {
  const leaks: string[] = [];
  for (const [name, value] of Object.entries(secrets)) {
    const found = await host.must(SEARCH, { input: value, timeout: 120_000 });
    leaks.push(
      ...found
        .split('\n')
        .filter(Boolean)
        .map((where) => `${name}: ${host.name}: ${where}`),
    );
  }
  return leaks;
}

/** Where in text from this machine a secret stands. */
export function leaksIn(texts: Readonly<Record<string, string>>, secrets: Canaries): string[] {
  return Object.entries(secrets).flatMap(([name, value]) =>
    Object.entries(texts)
      .filter(
        ([, text]) =>
          text.includes(value) || text.includes(Buffer.from(value).toString('base64').slice(0, 36)),
      )
      .map(([where]) => `${name}: ${where}`),
  );
}

/**
 * Arguments and environments of all processes but the environment of K3s and what it starts (an EnvironmentFile is how it is told its datastore), the journal, units, config.yaml
 * and what anyone may read. The value comes by stdin, so that the search does not find itself.
 */
const SEARCH = `
IFS= read -r value
for file in /proc/[0-9]*/cmdline; do
  tr '\\000' ' ' <"$file" 2>/dev/null | grep -qF -- "$value" && echo "argv of $file"
done
journalctl --no-pager --output=cat 2>/dev/null | grep -qF -- "$value" && echo "journal"
for file in /proc/[0-9]*/environ; do
  case "$(readlink "\${file%environ}exe") $(tr '\\000' ' ' <"\${file%environ}cmdline" 2>/dev/null)" in *"/k3s "* | */rancher/*) continue ;; esac
  tr '\\000' ' ' <"$file" 2>/dev/null | grep -qF -- "$value" && echo "environment of $(tr '\\000' ' ' <"\${file%environ}cmdline")"
done
for folder in /etc/systemd/system /etc/rancher/k3s/config.yaml /etc/rancher/k3s/config.yaml.d /var/log; do
  grep -rlF --exclude='*.service.env' --exclude-dir=journal -- "$value" "$folder" 2>/dev/null
done
find /etc /var/lib /root /home /tmp /var/tmp /usr/local /opt /run -xdev -type f -perm /044 -size -20M -exec grep -lF -- "$value" {} + 2>/dev/null |
  while IFS= read -r file; do
    folder=$file
    while [ "$folder" != / ] && [ -n "$folder" ]; do
      folder=$(dirname "$folder")
      # Nobody but its owner gets in.
      [ "$((0$(stat -c %a "$folder") & 011))" = 0 ] && break
    done
    [ "$folder" = / ] && echo "world-readable $file"
  done
grep -rlF -- "$value" /run/k3stack /var/lib/k3stack/locks /var/lib/k3stack/scripts 2>/dev/null
true
`;
