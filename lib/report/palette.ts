/** Puts one colour on a text. */
type Color = (text: string) => string;

/** Colours a text is written in; `picocolors` is one. */
export interface Palette {
  readonly bold: Color;
  readonly dim: Color;
  readonly red: Color;
  readonly green: Color;
  readonly yellow: Color;
  readonly cyan: Color;
}

const same: Color = (text) => text;

/** No colours. */
export const plain: Palette = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
