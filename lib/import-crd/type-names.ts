/** Names that a file has given away. */
export class TypeNames {
  private readonly taken = new Set<string>(RESERVED);

  /** The wanted name, or the next one that is free: with a number behind it. */
  take(wanted: string): string {
    let name = RESERVED.includes(wanted) ? `${wanted}Resource` : wanted;
    for (let number = 2; this.taken.has(name); number++) name = `${wanted}${number}`;
    this.taken.add(name);
    return name;
  }
}

/** `issuerRef` as `IssuerRef`, `$patch-set` as `PatchSet`; what begins with a digit gets an `_`. */
export function pascalCase(text: string): string {
  const name = text
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}

/** Names that a generated file itself uses, and those that TypeScript takes for no class. */
const RESERVED: readonly string[] = [
  'ApiObject',
  'ApiObjectMetadata',
  'Construct',
  'Readonly',
  'Record',
  'Object',
];
