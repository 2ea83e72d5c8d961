import { bytesOf, isQuantity } from '../../../cluster/quantity';

/** A quantity as bytes; `undefined` for what is none. */
export function amountOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return isQuantity(text) ? bytesOf(text) : undefined;
}
