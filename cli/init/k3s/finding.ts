/** Something that K3s skips or misreads in what was given, or that the new program does otherwise. Never holds the value of a secret. */
export interface ImportFinding {
  /** Names of hosts; empty when it is about all. */
  readonly hosts: readonly string[];

  /** `error`: K3s stops, or does something else than what is written; `note`: nothing is wrong, but it should be known. */
  readonly level: 'error' | 'warning' | 'note';

  /** Option or file; empty for the whole. */
  readonly subject: string;
  readonly problem: string;

  /** What to do; empty when there is nothing to do. */
  readonly fix: string;
}

/** Findings that say the same of several hosts as one; in order of their first. */
export function joinFindings(findings: readonly ImportFinding[]): ImportFinding[] {
  const joined = new Map<string, ImportFinding>();
  for (const finding of findings) {
    const key = JSON.stringify({ ...finding, hosts: [] });
    const hosts = [...new Set([...(joined.get(key)?.hosts ?? []), ...finding.hosts])];
    joined.set(key, { ...finding, hosts });
  }
  return [...joined.values()];
}
