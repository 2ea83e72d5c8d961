import { K3stackError } from './errors';

/** A secret has no text: using one in a string, a template or JSON is refused with `SECRET_AS_TEXT`. */
export function refuseAsText(written: string): never {
  throw new K3stackError(
    'SECRET_AS_TEXT',
    `${written} was used as text; pass the reference itself to a property that takes a secret`,
  );
}
