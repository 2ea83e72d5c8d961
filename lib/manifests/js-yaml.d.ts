/** What is used of js-yaml, which ships no types of its own. Source: js-yaml@4.3.2:lib/loader.js, lib/type.js, lib/schema.js. */
declare module 'js-yaml' {
  export interface TypeOptions {
    readonly kind: 'scalar' | 'sequence' | 'mapping';

    /** Takes every tag that begins with this one's. */
    readonly multi?: boolean;
    readonly resolve?: (data: string) => boolean;
    readonly construct?: (data: string) => unknown;
  }

  export class Type {
    constructor(tag: string, options: TypeOptions);
  }

  export class Schema {
    constructor(definition: { readonly implicit: readonly Type[]; readonly explicit: readonly Type[] });
  }

  export class YAMLException extends Error {
    readonly reason: string;

    /** Counted from 0. */
    readonly mark?: { readonly line: number; readonly column: number };
  }

  export interface LoadOptions {
    readonly schema: Schema;

    /** A key that is given twice is no error: the last one counts. */
    readonly json?: boolean;
    readonly maxDepth?: number;
  }

  export function loadAll(text: string, iterator: null, options: LoadOptions): unknown[];

  export const types: Readonly<Record<'map' | 'seq' | 'str', Type>>;
}
