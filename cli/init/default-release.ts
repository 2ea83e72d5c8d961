/** K3s release that new programs name: its stable channel of summer 2026 (k3s-io/k3s:channel.yaml). */
export const DEFAULT_RELEASE = 'v1.36.2+k3s1';
