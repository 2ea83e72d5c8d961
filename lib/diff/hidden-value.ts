/** A value that nobody may see. Two that are made of the same text by one {@link HiddenValues} are the same object. */
export class HiddenValue {
  /** What every output shows in its place. */
  toJSON(): string {
    return HIDDEN;
  }

  toString(): string {
    return HIDDEN;
  }
}

/** Turns values into {@link HiddenValue}s that can be compared; the texts stay in here. */
export class HiddenValues {
  readonly #known = new Map<string, HiddenValue>();
  readonly #marks = new Map<string, number>();
  readonly #shown = new WeakMap<object, object>();
  readonly #originals = new WeakMap<object, object>();

  hide(text: string): HiddenValue {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = new HiddenValue();
    this.#known.set(text, value);
    return value;
  }

  /** What stands for a value in the middle of a text: another mark for each value, and nothing of it. {@link withoutMarks} ends it. */
  mark(text: string): string {
    const known = this.#marks.get(text) ?? this.#marks.size + 1;
    this.#marks.set(text, known);
    return `«hidden ${known}»`;
  }

  /** What an object becomes when its values are hidden, made once for an object that both sides share. */
  once<T extends object>(object: T, hideIn: () => T): T {
    const known = this.#shown.get(object);
    if (known !== undefined) return known as T;
    const shown = hideIn();
    this.#shown.set(object, shown);
    if (shown !== object) this.#originals.set(shown, object);
    return shown;
  }

  /** What an object was before its values were hidden: to be sent where it is applied to, never to be shown. */
  original<T extends object>(shown: T): T {
    return (this.#originals.get(shown) as T | undefined) ?? shown;
  }
}

/** A number of its own for each hidden value, to tell them apart in text that is compared; it says nothing of what is hidden. */
export function hiddenSerial(value: HiddenValue): number {
  const known = serials.get(value) ?? ++count;
  serials.set(value, known);
  return known;
}

/**
 * A text as it is shown, with one word for whatever is hidden in it, and another where that is not in an earlier text.
 *
 * @param earlier Default: there is none.
 */
export function withoutMarks(text: string, earlier = text): string {
  return text.replace(MARK, (mark) => (earlier.includes(mark) ? HIDDEN : '«hidden, another»'));
}

/** What is hidden in the middle of a text, to tell whether it is the same in another; empty for nothing. */
export function marksIn(text: string): string {
  return (text.match(MARK) ?? []).join('');
}

/** What stands where a value is hidden. */
export const HIDDEN = '«hidden»';

let count = 0;
const serials = new WeakMap<HiddenValue, number>();
const MARK = /«hidden \d+»/g;
