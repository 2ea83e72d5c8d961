import type { Origin } from '../../../diff/object-change';
import { clipped, mdCode, mdInline, mdLink } from '../escape';
import { environmentTexts, fileText } from '../words';

/** How much is said of each thing. */
export interface Detail {
  /** Characters of one value of a field. */
  readonly value: number;

  /** Characters of one cell of a table. */
  readonly cell: number;

  /** Rows of one table; 0 leaves it out. */
  readonly rows: number;

  /** Fields of one object. */
  readonly fields: number;

  /** Of all tables, only that of the risks. @default false */
  readonly onlyRisks?: boolean;
}

/** From everything to the least, tried in this order. */
export const DETAILS: readonly Detail[] = [
  { value: 4000, cell: 500, rows: 20, fields: 500 },
  { value: 400, cell: 300, rows: 20, fields: 100 },
  { value: 160, cell: 160, rows: 20, fields: 40 },
  { value: 160, cell: 100, rows: 10, fields: 20 },
  { value: 80, cell: 80, rows: 5, fields: 10 },
  { value: 80, cell: 60, rows: 2, fields: 5 },
  { value: 0, cell: 60, rows: 5, fields: 0, onlyRisks: true },
  { value: 0, cell: 40, rows: 2, fields: 0, onlyRisks: true },
  { value: 0, cell: 60, rows: 0, fields: 0 },
];

/** What every section is written with; counts what it leaves out. */
export class Writing {
  readonly #leftOut = new Map<string, number>();

  constructor(
    readonly detail: Detail,
    private readonly link?: (origin: Origin) => string | undefined,
    private readonly docs?: (page: string) => string | undefined,
  ) {}

  /** What was left out, in the order of the sections: `3 risks, 12 images`. */
  get leftOut(): readonly (readonly [string, number])[] {
    return [...this.#leftOut];
  }

  leaveOut(what: string, count: number): void {
    if (count > 0) this.#leftOut.set(what, (this.#leftOut.get(what) ?? 0) + count);
  }

  /** The first rows that have room. */
  rows<Row>(what: string, rows: readonly Row[]): readonly Row[] {
    const most = this.isBare && what !== 'risks' ? 0 : this.detail.rows;
    this.leaveOut(what, rows.length - Math.min(rows.length, most));
    return rows.slice(0, most);
  }

  /** Whether nothing but the verdict, and at most risks, has room. */
  get isBare(): boolean {
    return this.detail.rows === 0 || this.detail.onlyRisks === true;
  }

  /** Prose; half a sentence says little, so it gets more room than names. */
  prose(text: string): string {
    return mdInline(clipped(text, 2 * this.detail.cell));
  }

  code(text: string): string {
    return mdCode(clipped(text, this.detail.cell));
  }

  /** Names of environments. */
  environments(names: readonly string[]): string {
    return this.names(environmentTexts(names));
  }

  /** Some names, and how many more. */
  names(names: readonly string[]): string {
    const shown = names.length > SHOWN_NAMES + 1 ? names.slice(0, SHOWN_NAMES) : names;
    const more = names.length - shown.length;
    const text = shown.map((name) => mdCode(clipped(name, NAME))).join(', ');
    return more > 0 ? `${text} and ${more} more` : text;
  }

  /** Construct path, and the file and line with a link. */
  origin(origin: Origin): string {
    const file = fileText(origin);
    return [
      ...(origin.path === undefined ? [] : [mdCode(clipped(origin.path, this.detail.cell))]),
      ...(file === '' ? [] : [mdLink(clipped(file, this.detail.cell), this.link?.(origin))]),
    ].join(' ');
  }

  /** The name of a rule, which links to its documentation. */
  rule(id: string, page: string): string {
    return mdLink(clipped(id, NAME), this.docs?.(page));
  }
}

/** `… and 3 more.` after a table that was cut; nothing otherwise. */
export function more(all: number, shown: number): string[] {
  return all > shown ? [`… and ${all - shown} more.`] : [];
}

const SHOWN_NAMES = 5;
const NAME = 60;
