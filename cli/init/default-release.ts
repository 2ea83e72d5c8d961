/** K3s release that new programs name: the stable channel of July 2026 (k3s-io/k3s channel.yaml at 66a14f0e). */
export const DEFAULT_RELEASE = 'v1.36.2+k3s1';
