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
  readonly #shown = new WeakMap<object, object>();
  readonly #originals = new WeakMap<object, object>();

  hide(text: string): HiddenValue {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = new HiddenValue();
    this.#known.set(text, value);
    return value;
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

export const HIDDEN = '«hidden»';
