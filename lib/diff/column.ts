import type { Column } from './report';

/** What another source says: of everything, and of single objects. */
export interface ColumnAnswer extends Column {
  /** By environment and identity of the object, as {@link columnKey} writes them. */
  readonly says: ReadonlyMap<string, string>;
}

/** Names one object of one environment. @param key As `idKey` writes it. */
export function columnKey(environment: string, key: string): string {
  return `${environment}|${key}`;
}
