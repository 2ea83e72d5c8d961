/** Ways in which two values that are written differently are the same to Kubernetes. */
export type Equivalence = (typeof EQUIVALENCES)[number]['id'];

/** Every equivalence that a comparison knows; each is tested on its own. */
export const EQUIVALENCES = [
  { id: 'quantity', title: 'Quantities of the same amount: `1000m` and `1`' },
  { id: 'int-or-string', title: 'A number and its digits where Kubernetes takes both: `80` and `"80"`' },
  { id: 'duration', title: 'Durations of the same length: `60m` and `1h0m0s`' },
  { id: 'default', title: 'A field that is left out, and its default' },
  {
    id: 'empty',
    title:
      'A list or map without entries, `null`, and a field that is left out, where the schema knows no difference',
  },
  {
    id: 'list-order',
    title:
      'The order of items that have an identity, such as environment variables; not that of init containers',
  },
  { id: 'secret-form', title: '`stringData`, and the same in base64 as `data`' },
] as const;
