/** A number, or a percentage of one: kubernetes/apimachinery@v0.36.3:pkg/util/intstr/intstr.go, GetScaledValueFromIntOrPercent. */
export function scaled(value: unknown, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(String(value));
  if (match === null) return Number(value);
  const exact = (Number(match[1]) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
