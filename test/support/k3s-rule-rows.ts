import { describe, expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../lib/distributions/k3s/cluster-settings';
import { k3sRules } from '../../lib/distributions/k3s/rules';
import { runRules } from '../../lib/rules/rule';
import { k3sModel, server } from './k3s-model';

/** Props that break one rule, and props that nearly do. */
export interface RuleRow {
  readonly rule: string;
  readonly broken: Partial<K3sClusterProps>;

  /** Path, property, problem and fix; a part of the text is enough. */
  readonly says: string;
  readonly fine: Partial<K3sClusterProps>;
}

/** Two tests for each row. */
export function testRules(rows: readonly RuleRow[]): void {
  describe.each(rows.map((row, index) => [`${row.rule} (${index + 1})`, row] as const))('%s', (_, row) => {
    test('reports what breaks it, and only that', () => {
      const found = violationsOf(row.broken);
      expect(found.filter((text) => !text.startsWith(`${row.rule}:`))).toEqual([]);
      expect(found[0]).toContain(row.says);
    });

    test('is silent about the near miss', () => {
      expect(violationsOf(row.fine)).toEqual([]);
    });
  });
}

/** Violations of a cluster with one server, changed by `props`, as text. */
export function violationsOf(props: Partial<K3sClusterProps>): string[] {
  return runRules(k3sRules, k3sModel(props)).map(
    (v) => `${v.rule}: [${v.path}] ${v.property}: ${v.problem}; ${v.fix}`,
  );
}

/** Props whose one server has more settings. */
export function alfa(more: object): Partial<K3sClusterProps> {
  return { servers: { alfa: { ...server(1), ...more } } };
}
