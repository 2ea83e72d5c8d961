import type { ImageChange } from '../../../diff/report';
import { environmentChips } from './badges';
import { joined, markup, type Markup } from './markup';
import type { PageContext } from './page-context';

/** Images of containers, before and after. */
export function imagesSection({ report, environments }: PageContext): Markup | undefined {
  const { images } = report;
  if (images.length === 0) return undefined;
  const columns = ['Image', 'Before', 'After', 'Step', 'Used by', 'Environments'];
  return markup`<section id="images" aria-labelledby="images-title" data-list="image"><h2 id="images-title">Images <span class="count">${images.length}</span></h2>
<div class="scroll" tabindex="0" role="group" aria-label="Images, table"><table class="plain" aria-labelledby="images-title"><thead><tr>${columns.map(
    (column) => markup`<th scope="col">${column}</th>`,
  )}</tr></thead>
<tbody>${images.map((image) => imageRow(image, environments))}</tbody></table></div>
<p class="nothing" hidden>No image matches the filters.</p></section>`;
}

function imageRow(
  { image, from, to, step, workloads, environments: own }: ImageChange,
  environments: readonly string[],
): Markup {
  const places = own.map((name) => environments.indexOf(name)).join(' ');
  return markup`<tr data-item data-env="${places}"><th scope="row"><code>${image}</code></th><td>${version(from, 'new')}</td><td>${version(
    to,
    'no longer used',
  )}</td><td>${step !== undefined && markup`<span class="step ${step}">${step}</span>`}</td><td>${joined(
    workloads,
    markup`<br>`,
  )}</td><td>${environmentChips(own)}</td></tr>`;
}

/** Digests are shown as far as people compare them; all of it is its title. */
function version(text: string | undefined, absent: string): Markup {
  if (text === undefined) return markup`<span class="muted">${absent}</span>`;
  const short = text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
  return short === text ? markup`<code>${text}</code>` : markup`<code title="${text}">${short}</code>`;
}
