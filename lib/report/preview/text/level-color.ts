import type { RiskLevel } from '../../../diff/rules/risk-rule';
import type { Palette } from '../../palette';

/** The colour of a level. Its name always stands beside it. */
export function levelColor(color: Palette, level: RiskLevel | 'none'): (text: string) => string {
  switch (level) {
    case 'block':
    case 'high':
      return (text) => color.bold(color.red(text));
    case 'caution':
      return color.yellow;
    case 'routine':
    case 'none':
      return color.green;
  }
}
