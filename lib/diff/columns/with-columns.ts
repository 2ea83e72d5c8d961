import { columnKey, type ColumnAnswer } from '../column';
import { idKey } from '../object-id';
import type { ObjectBlock } from '../report';

/** What other sources say of the objects of a block, each answer once, with its environments where others have another or none. */
export function withColumns(
  objects: readonly ObjectBlock[],
  answers: readonly ColumnAnswer[],
): readonly ObjectBlock[] {
  if (answers.length === 0) return objects;
  return objects.map((block) => {
    const columns = answers.flatMap(({ id, says }) => {
      const text = answerText(block, says);
      return text === '' ? [] : [[id, text] as const];
    });
    return columns.length === 0 ? block : { ...block, columns: Object.fromEntries(columns) };
  });
}

function answerText({ id, environments }: ObjectBlock, says: ColumnAnswer['says']): string {
  const byText = new Map<string, string[]>();
  for (const name of environments) {
    const text = says.get(columnKey(name, idKey(id)));
    if (text !== undefined) byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  return [...byText]
    .map(([text, names]) => (names.length === environments.length ? text : `${names.join(', ')}: ${text}`))
    .join('; ');
}
