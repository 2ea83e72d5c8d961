import type { LabHost } from '../hosts/host';

/** When K3s on a host was last started, in microseconds of the clock that all hosts share. */
export interface ServiceTimes {
  readonly host: string;

  /** It went down before. */
  readonly stopped: number;
  readonly started: number;

  /** It told systemd that it is ready. */
  readonly ready: number;
}

/** As systemd has them. */
async function serviceTimes(host: LabHost): Promise<ServiceTimes> {
  const text = await host.must(
    'for unit in k3s k3s-agent; do systemctl cat "$unit" >/dev/null 2>&1 || continue; ' +
      'systemctl show --property=InactiveEnterTimestampMonotonic,ExecMainStartTimestampMonotonic,ActiveEnterTimestampMonotonic "$unit"; done',
  );
  const value = (name: string): number =>
    Number(new RegExp(`^${name}TimestampMonotonic=(\\d+)$`, 'm').exec(text)?.[1]);
  return {
    host: host.name,
    stopped: value('InactiveEnter'),
    started: value('ExecMainStart'),
    ready: value('ActiveEnter'),
  };
}

/** The same of several hosts. */
export function allServiceTimes(hosts: readonly LabHost[]): Promise<ServiceTimes[]> {
  return Promise.all(hosts.map(serviceTimes));
}

/** Names of those that were started anew between two looks. */
export function restarted(before: readonly ServiceTimes[], after: readonly ServiceTimes[]): string[] {
  return after
    .filter(({ host, started }) => before.find((times) => times.host === host)?.started !== started)
    .map(({ host }) => host);
}

/** Most of them that were down at the same time during their last restart. */
export function mostDownTogether(times: readonly ServiceTimes[]): number {
  return Math.max(
    0,
    ...times.map(
      ({ started }) => times.filter((other) => other.stopped <= started && started < other.ready).length,
    ),
  );
}
