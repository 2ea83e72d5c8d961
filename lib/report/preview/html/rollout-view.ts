import type { Rollout, RolloutStep } from '../../../diff/host-report';
import { durationText } from '../../duration';
import { costBadge, environmentName } from './badges';
import { markup, type Content, type Markup } from './markup';

/** The hosts of a cluster in the order in which they are changed, with the datastore's margin at every step. */
export function rolloutView(rollout: Rollout, index: number, environments: readonly string[]): Markup {
  const { environment, cluster, steps, expectedSeconds } = rollout;
  const title = `Roll-out of ${cluster} in ${environmentName(environment)}`;
  const starts = waveStarts(steps);
  const total = Math.max(
    1,
    [...starts.values()].reduce((end, wave) => Math.max(end, wave.start + wave.seconds), 0),
  );
  return markup`<div class="rollout" id="rollout-${index + 1}" data-item data-env="${environments.indexOf(environment)}">
<div class="scroll" tabindex="0" role="group" aria-label="${title}, table"><table class="plain"><caption>${title}: about ${durationText(expectedSeconds)}, expected, not measured</caption>
<thead><tr><th scope="col" class="num">Wave</th><th scope="col">Host</th><th scope="col">What</th><th scope="col">Datastore meanwhile</th><th scope="col">When</th></tr></thead>
<tbody>${steps.map((step) => stepRow(step, starts.get(step.wave)?.start ?? 0, total))}</tbody></table></div></div>`;
}

function stepRow(step: RolloutStep, start: number, total: number): Markup {
  return markup`<tr><td class="num">${step.wave}</td><th scope="row">${step.host} <span class="muted">${step.role}</span></th><td>${step.what} ${(step.kind ?? 'changed') === 'changed' ? costBadge(step.disruption) : ''}</td><td>${quorum(step)}</td><td class="when">${bar(step, start, total)}<span>${durationText(step.expectedSeconds)}</span></td></tr>`;
}

function quorum({ quorum: own }: RolloutStep): Content {
  if (own === undefined) return markup`<span class="muted">all members stay</span>`;
  const { members, needed, left } = own;
  const dots =
    '●'.repeat(Math.min(left, MOST_DOTS)) + '○'.repeat(Math.max(0, Math.min(members, MOST_DOTS) - left));
  const margin = left - needed;
  const words =
    margin < 0
      ? 'quorum is lost'
      : margin === 0
        ? 'none may fail meanwhile'
        : `${margin} more may fail meanwhile`;
  return markup`<span class="quorum ${margin < 0 ? 'lost' : margin === 0 && 'tight'}"><span aria-hidden="true">${dots}</span> ${left} of ${members} left, ${needed} needed: ${words}</span>`;
}

function bar({ expectedSeconds, disruption }: RolloutStep, start: number, total: number): Markup {
  const [x, width] = [start, expectedSeconds].map((seconds) => Math.round((seconds / total) * 1000) / 10);
  return markup`<svg class="bar ${disruption}" viewBox="0 0 100 8" width="120" height="8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8" rx="2"/><rect x="${x}" width="${Math.max(width ?? 0, 1)}" height="8" rx="2"/></svg>`;
}

/** Waves go one after the other; a wave takes as long as its slowest host. */
function waveStarts(steps: readonly RolloutStep[]): ReadonlyMap<number, { start: number; seconds: number }> {
  const waves = new Map<number, { start: number; seconds: number }>();
  let start = 0;
  for (const wave of [...new Set(steps.map((step) => step.wave))].sort((a, b) => a - b)) {
    const seconds = Math.max(
      ...steps.filter((step) => step.wave === wave).map((step) => step.expectedSeconds),
    );
    waves.set(wave, { start, seconds });
    start += seconds;
  }
  return waves;
}

const MOST_DOTS = 9;
