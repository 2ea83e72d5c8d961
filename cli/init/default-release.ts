/** K3s release that new programs name: the stable channel of September 2026 (notes/facts.md 2.10). */
export const DEFAULT_RELEASE = 'v1.36.2+k3s1';
