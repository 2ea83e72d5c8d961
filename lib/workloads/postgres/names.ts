/** Why text cannot be the name of a role or database that SQL takes without quotes; `undefined` when it can. */
export function identifierProblem(name: string): string | undefined {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name))
    return "must be lower case letters, digits and '_', not starting with a digit, at most 63";
  if (RESERVED.has(name)) return 'is a reserved word of SQL';
  return name.startsWith('pg_') ? 'begins with pg_, which Postgres keeps for itself' : undefined;
}

/** `SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')` of Postgres 15. */
const RESERVED: ReadonlySet<string> = new Set(
  `
  all analyse analyze and any array as asc asymmetric authorization binary both case cast check
  collate collation column concurrently constraint create cross current_catalog current_date
  current_role current_schema current_time current_timestamp current_user default deferrable desc
  distinct do else end except false fetch for foreign freeze from full grant group having ilike in
  initially inner intersect into is isnull join lateral leading left like limit localtime
  localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
  references returning right select session_user similar some symmetric table tablesample then to
  trailing true union unique user using variadic verbose when where window with
`
    .trim()
    .split(/\s+/),
);
