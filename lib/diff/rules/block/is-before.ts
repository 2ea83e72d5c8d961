/** Whether a Kubernetes minor such as `1.34` is older than `1.<minor>`. */
export function isBefore(kubernetes: string, minor: number): boolean {
  const [, own = '0'] = kubernetes.split('.');
  return Number(own) < minor;
}
