/** Something that filters show or hide: an object, a host, or a row of a table. */
export interface Item {
  readonly element: HTMLElement;

  /** Places of environments. */
  readonly environments: ReadonlySet<string>;

  /** `undefined`: filters by risk do not reach it. */
  readonly level: string | undefined;
  readonly kind: string | undefined;
}

/** A section whose items are filtered. */
export interface List {
  /** What its items are, such as `object`. */
  readonly name: string;
  readonly items: readonly Item[];
  readonly nothing: HTMLElement | null;
}

/** All sections with items, in the order of the page. */
export function lists(): readonly List[] {
  return [...document.querySelectorAll<HTMLElement>('[data-list]')].map((section) => ({
    name: section.dataset['list'] ?? '',
    items: [...section.querySelectorAll<HTMLElement>('[data-item]')].map(itemOf),
    nothing: section.querySelector<HTMLElement>('.nothing'),
  }));
}

/** The text of an item, in small letters. It is read once. */
export function textOf(item: Item): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const text = (item.element.textContent ?? '').toLowerCase();
  texts.set(item, text);
  return text;
}

function itemOf(element: HTMLElement): Item {
  const { env = '', level, kind } = element.dataset;
  return { element, environments: new Set(env.split(' ')), level, kind };
}

const texts = new WeakMap<Item, string>();
