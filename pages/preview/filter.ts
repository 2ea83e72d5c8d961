import { textOf, type Item, type List } from './items';
import type { State } from './state';

/** Shows the items that a state asks for and hides the others. Returns what is shown, in words. */
export function filter(all: readonly List[], state: State, environments: readonly string[]): string {
  const place = state.env === undefined ? undefined : String(environments.indexOf(state.env));
  const words = state.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const said: string[] = [];
  for (const { name, items, nothing } of all) {
    let shown = 0;
    for (const item of items) {
      const isShown = matches(item, state, place, words);
      if (item.element.hidden === isShown) item.element.hidden = !isShown;
      if (isShown) shown += 1;
    }
    if (nothing !== null) nothing.hidden = shown > 0;
    if (COUNTED.includes(name)) said.push(countText(items, name));
  }
  return said.join(', ');
}

function matches(
  item: Item,
  { levels, kind }: State,
  place: string | undefined,
  words: readonly string[],
): boolean {
  if (place !== undefined && !item.environments.has(place)) return false;
  if (levels.length > 0 && item.level !== undefined && !levels.includes(item.level)) return false;
  if (kind !== '' && item.kind !== undefined && item.kind !== kind) return false;
  if (words.length === 0) return true;
  const text = textOf(item);
  return words.every((word) => text.includes(word));
}

function countText(items: readonly Item[], name: string): string {
  // Roll-outs stand among hosts, and are none.
  const counted = items.filter(({ level }) => level !== undefined);
  const total = counted.length;
  const shown = counted.filter(({ element }) => !element.hidden).length;
  const noun = total === 1 ? name : `${name}s`;
  return shown === total ? `${total} ${noun}` : `${shown} of ${total} ${noun}`;
}

/** Sections whose count is said. */
const COUNTED = ['object', 'host', 'risk'];
