/**
 * Rows as lines whose columns are aligned, without trailing blanks. Widths are measured before colours are put on.
 *
 * @param color Colours one cell, padding excluded.
 */
export function alignedRows(
  rows: readonly (readonly string[])[],
  color: (cell: string, column: number) => string = (cell) => cell,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => cell !== '');
    return row
      .slice(0, last + 1)
      .map(
        (cell, column) =>
          color(cell, column) + (column < last ? ' '.repeat((widths[column] ?? 0) - cell.length) : ''),
      )
      .join('  ');
  });
}
