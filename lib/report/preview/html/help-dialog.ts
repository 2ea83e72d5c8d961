import { markup, type Markup } from './markup';

/** Keys that the page knows. */
export function helpDialog(): Markup {
  return markup`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>
<dl>${KEYS.map(([keys, what]) => markup`<div><dt>${keys.map((key) => markup`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
<p><label><input type="checkbox" id="keys-on" checked> Keys without a modifier work</label></p>
<p><button type="button" id="help-close">Close</button></p></dialog>`;
}

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Go to the text filter'],
  [['j', 'k'], 'Next and previous object or host'],
  [['Enter'], 'Open or close it'],
  [['f'], 'View: fields only'],
  [['u'], 'View: unified YAML'],
  [['s'], 'View: YAML side by side'],
  [['Esc'], 'Leave the text filter, or close this'],
  [['?'], 'These keys'],
];
