import type { HostBlock } from '../../../diff/host-report';
import type { TopologyPicture } from '../../../diff/report';
import { listed } from '../../words';
import { environmentName } from './badges';
import { markup, type Markup } from './markup';
import type { PageContext } from './page-context';

/** Pictures of clusters, as images: what is in them can do nothing to the page. */
export function picturesSection({ report, environments }: PageContext): Markup | undefined {
  const { pictures = [], hosts } = report;
  if (pictures.length === 0) return undefined;
  return markup`<section id="topology" aria-labelledby="topology-title" data-list="picture"><h2 id="topology-title">Topology</h2>
${pictures.map((picture) => figure(picture, hosts, environments))}<p class="nothing" hidden>No picture matches the filters.</p></section>`;
}

function figure(
  { environment, svg }: TopologyPicture,
  hosts: readonly HostBlock[],
  environments: readonly string[],
): Markup {
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  const name = environmentName(environment);
  return markup`<figure data-item data-env="${environments.indexOf(environment)}"><figcaption>${name}</figcaption>
<div class="scroll" tabindex="0" role="group" aria-label="${`Topology of ${name}, picture`}"><img src="${source}" alt="${description(name, environment, hosts)}"></div></figure>`;
}

function description(name: string, environment: string, hosts: readonly HostBlock[]): string {
  const own = hosts.filter((block) => block.environments.includes(environment));
  const parts = (['added', 'changed', 'removed'] as const).flatMap((kind) => {
    const names = own.filter((block) => block.kind === kind).map(({ cluster, host }) => `${cluster}/${host}`);
    return names.length === 0 ? [] : [`${kind}: ${listed(names)}`];
  });
  return [`Clusters and hosts of ${name}`, ...parts].join('; ');
}
