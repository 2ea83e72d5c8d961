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

  hide(text: string): HiddenValue {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = new HiddenValue();
    this.#known.set(text, value);
    return value;
  }
}

export const HIDDEN = '«hidden»';
