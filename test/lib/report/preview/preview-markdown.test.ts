import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { previewMarkdown } from '../../../../lib/report/preview/preview-markdown';
import { hostileText } from '../../../support/hostile-text';
import { largeReport } from '../../../support/large-report';
import { blockTokens, inlineTokens } from '../../../support/markdown-tokens';
import { emptyReport, sampleObject, sampleReport, sampleRisk } from '../../../support/preview-report';
import { withTexts } from '../../../support/report-texts';

const sample = sampleReport();
const markdown = previewMarkdown(sample);

/** The part of a page under one heading. */
function section(page: string, heading: string): string {
  const start = page.indexOf(`#### ${heading}`);
  const end = page.indexOf('\n#### ', start + 1);
  return start < 0 ? '' : page.slice(start, end < 0 ? undefined : end);
}

/** What of a page is not whole. */
function broken(page: string): string[] {
  const tokens = blockTokens(page);
  const html = tokens.filter(({ type }) => type === 'html_block').map(({ content }) => content.trimEnd());
  let depth = 0;
  const problems = html.flatMap((block) => {
    depth += block === '</details>' ? -1 : 1;
    const isOurs =
      block === '</details>' ||
      /^<details><summary>(?:[^<\n]|<code>[^<\n]*<\/code>|<b>[^<\n]*<\/b>)*<\/summary>$/.test(block);
    return isOurs && depth >= 0 ? [] : [`HTML ${block}`];
  });
  const fences = tokens.filter(({ type }) => type === 'fence');
  const closed = fences.every(({ markup, content }) => page.includes(`${content}${markup}\n`));
  return [
    ...problems,
    ...(depth === 0 ? [] : ['<details> without an end']),
    ...(closed ? [] : ['a fence without an end']),
    ...(tokens.some(({ type }) => type === 'code_block') ? ['indented code'] : []),
  ];
}

/** What a forge makes links and mentions of, outside of code. */
function linked(page: string): string[] {
  return inlineTokens(page).flatMap(({ type, content, attrs }) => {
    if (['link_open', 'image'].includes(type)) return [attrs.map(String).join(' ')];
    if (type === 'html_inline') return content === '<br>' ? [] : [content];
    if (type !== 'text' && type !== 'text_special') return [];
    return /@\w|#\d|!\d|\[\[|:\/\/|www\.|\b[0-9a-f]{7,40}\b|\$/.test(content) ? [content] : [];
  });
}

describe('the verdict', () => {
  test('is the first line, and says level, counts, environments, commits and time', () => {
    expect(markdown.split('\n')[0]).toBe(
      '### ⛔ Blocked (incomplete): 3 added, 13 changed (1 to be replaced), 1 removed, 1 renamed, 4 hosts · `production`, `staging`, `lab` · `origin/main 1f0c2d7` → `working tree 9ab8c7d` · `shop` · 2.4 s',
    );
  });

  test('says that nothing differs, in a few lines', () => {
    const report = emptyReport({ environments: emptyReport().environments.slice(0, 0) });
    expect(previewMarkdown(report)).toBe(
      '### ✅ No changes: nothing differs · `origin/main 1f0c2d7` → `working tree 9ab8c7d` · `shop`\n',
    );
  });

  test('does not say that nothing changes where a part could not be compared', () => {
    const verdict = { ...emptyReport().verdict, incomplete: true };
    expect(previewMarkdown(emptyReport({ verdict }))).toMatch(/^### ⚠️ Incomplete: nothing differs/);
  });

  test('says what routine does not mean', () => {
    const verdict = { ...sample.verdict, level: 'routine', gated: false } as const;
    expect(previewMarkdown(emptyReport({ verdict }))).toContain('It does not say that the change is safe.');
  });

  test('is followed by the gate and by what could not be made', () => {
    expect(markdown.split('\n')[2]).toBe(
      'The check fails: there is a risk of level block without a waiver. The base of 1 of 5 environments could not be made: all that is there now is shown as new. 2 parts of the input could not be read.',
    );
  });
});

describe('the sections', () => {
  test('come in the order of what matters', () => {
    expect(markdown.match(/^#### .*$/gm)).toEqual([
      '#### Risks',
      '#### Images',
      '#### Environments',
      '#### Hosts',
      '#### Objects',
      '#### Checks: 1 new, 1 fixed',
      '#### Waivers',
      '#### Problems',
    ]);
  });

  test('a risk says where, why, what happens and what to do', () => {
    expect(section(markdown, 'Risks').split('\n')[4]).toBe(
      '| ⛔&nbsp;**Blocked**<br>`pvc-shrink` | `PersistentVolumeClaim shop/data`<br>`spec.resources.requests.storage`<br>`shop/database/data` `src/shop.ts:41`<br>`production` | **A volume claim shrinks**: 20Gi -> 10Gi<br>A claim can only grow. | The API server refuses the update; nothing else of this release is applied.<br>→ Keep 20Gi, or make a new claim and copy the data. |',
    );
  });

  test('risks of one rule share a row also where environments differ, and each says its own', () => {
    const risks = ['staging', 'production'].map((name) =>
      sampleRisk({ environments: [name], what: `20Gi -> 10Gi of ${name}` }),
    );
    const rows = section(previewMarkdown(sampleReport({ risks })), 'Risks')
      .trimEnd()
      .split('\n')
      .slice(4);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(
      '| `PersistentVolumeClaim shop/data` | **Something to look at**: 20Gi -> 10Gi of staging (`staging`)<br>20Gi -> 10Gi of production (`production`)<br>It was',
    );
  });

  test('a host has no part that costs more than the whole does', () => {
    const host = sampleReport().hosts.find(({ kind }) => kind === 'changed');
    const page = previewMarkdown(
      emptyReport({
        hosts: [
          {
            ...host!,
            disruption: 'restart',
            properties: [{ name: 'version', before: 'a', after: 'b', disruption: 'drain-restart' }],
          },
        ],
      }),
    );
    expect(page).toContain('! version: K3s restarts, pods keep running\n- a\n+ b');
  });

  test('an environment that cannot be made has no counts, and its error is one line', () => {
    const [environment] = sampleReport().environments;
    const failed = { ...environment!, state: 'head-failed' as const, problem: 'it threw\n    at a.ts:1' };
    const page = previewMarkdown(sampleReport({ environments: [failed] }));
    expect(page).toContain('cannot be made: it threw at `a.ts:1`');
    expect(section(page, 'Environments').trimEnd()).toMatch(/\| – \| – \| – \|$/);
    expect(page).toContain('1 of 1 environments could not be made.');
  });

  test('a routine change does not say that no risk was found where a waiver covers one', () => {
    const verdict = { ...sampleReport().verdict, level: 'routine' as const, gated: false };
    const risks = [sampleRisk({ waived: { reason: 'a', until: '2026-12-31' } })];
    expect(previewMarkdown(emptyReport({ verdict, risks }))).toContain(
      'Routine is the shape of the change: each risk has a waiver. It does not say',
    );
    expect(previewMarkdown(emptyReport({ verdict }))).toContain('no rule found a risk. It does not say');
  });

  test('a risk that a waiver covers comes last, with its reason and its end', () => {
    const rows = section(markdown, 'Risks').trimEnd().split('\n');
    expect(rows.at(-1)).toMatch(/^\| ~~Caution~~ waived<br>`image-major`/);
    expect(rows.at(-1)).toContain('Waived until 2026-12-31: Release 2 was tested on staging for a week');
  });

  test('at most twenty risks are shown, and the others are counted by level', () => {
    const risks = [
      ...Array.from({ length: 21 }, (_, at) => sampleRisk({ fix: `Way ${at}.` })),
      ...Array.from({ length: 4 }, (_, at) => sampleRisk({ level: 'caution', fix: `Way ${at}.` })),
      sampleRisk({ waived: { reason: 'a', until: 'b' } }),
    ];
    const page = previewMarkdown(sampleReport({ risks }));
    expect(section(page, 'Risks').match(/`pvc-shrink`/g)).toHaveLength(20);
    expect(page).toContain('… and 6 more: 1 blocked, 4 caution, 1 waived.');
    expect(page).toContain('risks (6)');
  });

  test('images have a row each, with shortened digests', () => {
    expect(section(markdown, 'Images').split('\n').slice(2)).toEqual([
      '| Image | Step | From | To | Used by |',
      '| --- | --- | --- | --- | --- |',
      '| `docker.io/library/nginx` | **major** | `1.27.5` | `2.0.1` | `Deployment shop/web`<br>`production`, `staging` |',
      '| `ghcr.io/example/api` | patch | `4.2.0@sha256:111111111111…` | `4.2.1@sha256:222222222222…` | `Deployment shop/api`, `CronJob shop/report`<br>`production`, `staging` |',
      '| `registry.example.org:5000/cache` | **downgrade** | `7.4` | `7.2` | `StatefulSet shop/cache`<br>`staging` |',
      '| `busybox` | – | new | `1.37` | `Job shop/migrate`<br>`production` |',
      '| `alpine` | – | `3.20` | not used any more | `Job shop/seed`<br>`production` |',
      '',
    ]);
  });

  test('environments are a grid of risks, and one that could not be made says why', () => {
    const rows = section(markdown, 'Environments').split('\n');
    expect(rows[4]).toBe(
      '| `production` | **1** | **3** | **2** | **3** | 2 added, 7 changed (1 to be replaced), 1 removed, 1 renamed | 3 | 1.34 -> 1.35 |',
    );
    expect(rows[6]).toContain('`lab` the base cannot be made, only head is shown: `environments.ts:14`');
  });

  test('manifests that belong to no environment have no grid', () => {
    const environments = [{ ...sample.environments[0]!, name: '' }];
    expect(previewMarkdown(sampleReport({ environments }))).not.toContain('#### Environments');
  });

  test('manifests that belong to no environment name none', () => {
    const page = previewMarkdown(
      emptyReport({
        risks: [sampleRisk({ environments: [''] })],
        objects: [sampleObject({ environments: [''] })],
      }),
    );
    expect(section(page, 'Risks')).toContain('| `PersistentVolumeClaim shop/data` |');
    expect(page).not.toContain('manifests');
  });

  test('hosts to which the same happens are one row, with their order, their quorum and the time', () => {
    const hosts = section(markdown, 'Hosts');
    expect(hosts).toContain(
      '| `server-1`, `server-2`, `server-3` | `main` | 🔴 drained, then K3s restarts | version v1.34.4+k3s1 -> v1.35.4+k3s1 | `production` |',
    );
    expect(hosts).toContain(
      '**Roll-out** of `main` in `production`: 4 turns, about 13 min, at most 46 min\n',
    );
    expect(hosts).toContain(
      '| 2 | `server-2` server | v1.34.4+k3s1 -> v1.35.4+k3s1: drained, then K3s restarts | 2 of 3, 2 needed, none to spare | about 4 min, at most 15 min |',
    );
  });

  test('a quorum that is lost is said loudly', () => {
    const [rollout] = sample.rollouts;
    const steps = [{ ...rollout!.steps[0]!, quorum: { members: 3, needed: 2, left: 1 } }];
    expect(previewMarkdown(sampleReport({ rollouts: [{ ...rollout!, steps }] }))).toContain(
      '**lost**: 1 of 3, 2 needed',
    );
  });

  test('an object says path by path what differs, and which code made it', () => {
    const page = previewMarkdown(emptyReport({ objects: sample.objects.slice(0, 1) }), {
      link: ({ file, line }) => `https://git.example.org/blob/9ab/${file}#L${line}`,
    });
    expect(section(page, 'Objects').replace(/^`(live|pulumi)`.*\n/gm, '')).toBe(
      [
        '#### Objects',
        '',
        '<details><summary>⛔ Blocked ~ <code>PersistentVolumeClaim shop/data</code> · <b>has to be deleted and made again</b> · 1 field · <code>production</code></summary>',
        '',
        '```diff',
        '! spec.resources.requests.storage',
        '- 20Gi',
        '+ 10Gi',
        '```',
        '',
        '`shop/database/data` [`src/shop.ts:41`](https://git.example.org/blob/9ab/src/shop.ts#L41)<br>',
        '',
        '</details>',
        '',
      ].join('\n'),
    );
  });

  test('objects that come and go are one line each', () => {
    expect(markdown).toContain(
      '- ⚪ &#43; `Job shop/migrate` · added · `1 container, busybox:1.37` · `production` · `shop/migrate` `src/shop.ts:80`\n' +
        '- ⚪ &#45; `Job shop/seed` · removed · `1 container, alpine:3.20` · `production`\n' +
        '- ⚪ &#62; `ConfigMap shop/settings-v2` · was `ConfigMap shop/settings`',
    );
  });

  test('many routine objects are folded into one', () => {
    const routine = sampleObject({ level: 'routine' });
    const page = previewMarkdown(emptyReport({ objects: [sampleObject(), ...Array(11).fill(routine)] }));
    expect(page).toContain('<details><summary>⚪ 11 objects with nothing but routine changes</summary>');
    expect(broken(page)).toEqual([]);
  });

  test('what was folded is one line, and what cannot be known is folded', () => {
    expect(markdown).toContain(
      '\n\nFolded as equal or as noise: 4 equal quantities, 21 defaults, 2 orders of lists, 37 labels of charts or versions, 6 checksums.\n\n<details><summary>What this preview cannot know</summary>\n\n- What admission webhooks',
    );
  });

  test('rules link to their documentation where there is one', () => {
    const page = previewMarkdown(sample, { docs: (docs) => `https://docs.example.org/${docs}` });
    expect(page).toContain('[`pvc-shrink`](https://docs.example.org/risks.md#pvc-shrink)');
  });
});

describe('the page', () => {
  test('is whole, and has no link that nobody asked for', () => {
    expect(broken(markdown)).toEqual([]);
    expect(linked(markdown)).toEqual([]);
    expect(markdown).not.toMatch(/[ \t]$/m);
    expect(markdown.endsWith('\n')).toBe(true);
  });

  test('has nothing that only one forge understands', () => {
    expect(markdown).not.toMatch(/\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]|```mermaid|\$\$/);
  });

  test('is the same for the same report', () => {
    expect(previewMarkdown(sampleReport())).toBe(markdown);
  });

  test('shows no value that is hidden', () => {
    expect(markdown).toContain(
      '! data.token (changed value, not shown)\n! data.user (removed value, not shown)',
    );
  });

  test('keeps its structure, whatever is written into any of its texts', () => {
    const structure = (page: string) =>
      blockTokens(page).map(({ type, tag, level }) => `${level} ${type} ${tag}`);
    const expected = structure(markdown);
    fc.assert(
      fc.property(hostileText, fc.boolean(), (text, everywhere) => {
        // Either all texts are hostile, each its own as those of one rule share a row, or one follows what was there.
        const known: string[] = [];
        const number = (own: string) => (known.includes(own) ? known.indexOf(own) : known.push(own) - 1);
        const report = withTexts(sample, (own) => (everywhere ? `x${number(own)}${text}` : `${own}${text}`));
        const page = previewMarkdown(report, { budget: 10_000_000 });
        expect(page).not.toContain('<!--');
        expect(broken(page)).toEqual([]);
        expect(linked(page)).toEqual([]);
        expect(page).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/,
        );
        expect(structure(page)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the budget', () => {
  const large = largeReport(3000, 5000);
  const artifact = 'the artifact `preview` of this run';

  test.each([
    400, 401, 500, 600, 777, 1000, 1500, 2000, 3000, 4096, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 45_000,
    59_999, 60_000,
  ])('of %d bytes holds, and the page is whole', (budget) => {
    for (const report of [
      sample,
      large,
      sampleReport({ risks: large.risks }),
      sampleReport({ objects: large.objects }),
    ]) {
      const page = previewMarkdown(report, { budget, artifact });
      expect(Buffer.byteLength(page)).toBeLessThanOrEqual(budget);
      expect(page).toMatch(/^### ⛔ Blocked \(incomplete\): 3 added, 13 changed/);
      expect(broken(page)).toEqual([]);
    }
    const page = previewMarkdown(large, { budget, artifact });
    expect(page).toContain('Left out to stay readable and below');
    expect(page).toContain(`The whole report: ${artifact}`);
  });

  test('holds where every text is long and hostile, also for the error of an environment', () => {
    const text = '|`@admin\u202e'.repeat(2000);
    const report = withTexts(sample, () => text);
    for (const budget of [400, 1000, 5000, 20_000, 60_000]) {
      const page = previewMarkdown(report, { budget, artifact: text });
      expect(Buffer.byteLength(page)).toBeLessThanOrEqual(budget);
      expect(page.startsWith('### ⛔ Blocked')).toBe(true);
      expect(broken(page)).toEqual([]);
    }
  });

  test('is used: a large report fills most of it', () => {
    expect(Buffer.byteLength(previewMarkdown(large))).toBeGreaterThan(50_000);
  });

  test('goes to the riskiest objects first', () => {
    const page = previewMarkdown(sampleReport({ objects: large.objects }));
    const bodies = [
      ...page.matchAll(/<details><summary>(\S+) (?:Blocked|High|Caution|Routine)[^<]*<code>ConfigMap/g),
    ];
    expect(new Set(bodies.map(([, mark]) => mark))).toEqual(new Set(['⛔']));
    expect(page).toMatch(/objects \(\d+\)/);
  });

  test('says where the whole is, as a link when it is an address', () => {
    const page = previewMarkdown(large, { artifact: 'https://git.example.org/runs/1' });
    expect(page).toMatch(/The whole report: <https:\/\/git\.example\.org\/runs\/1>\n$/);
  });
});
