import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { previewHtml } from '../../lib/report/preview/html/preview-html';
import { hostileReport } from '../support/hostile-report';
import { emptyReport, sampleReport } from '../support/preview-report';
import { describeInChromium } from './browser';
import { reportWithPicture } from './preview-report';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const LINKS = {
  link: ({ file, line }: { file?: string; line?: number }) =>
    file && `https://git.example.org/${file}#L${line}`,
  docs: (page: string) => `https://docs.example.org/${page}`,
};
const page1 = previewHtml(reportWithPicture(), LINKS);

/** What axe finds by WCAG A and AA and its best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations: found, passes } = await page.evaluate<axe.AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`,
  );
  // A run that looks at nothing finds nothing.
  expect(passes.length).toBeGreaterThan(20);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** A server that counts who asks for anything. */
async function listen(): Promise<{ address: string; hits: readonly string[]; close: () => Promise<void> }> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits, close };
}

/** Opens every object, host and YAML, and waits until what is in sight has its columns. */
async function openAll(page: Page): Promise<void> {
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
  await page.locator('.code').first().scrollIntoViewIfNeeded();
  await page.locator('.code > table').first().waitFor();
}

describeInChromium('the page of a preview in Chromium', (open) => {
  test.each([
    ['light', 'fields', WIDE],
    ['dark', 'fields', NARROW],
    ['dark', 'unified', WIDE],
    ['light', 'unified', NARROW],
    ['light', 'split', WIDE],
    ['dark', 'split', NARROW],
  ] as const)('is accessible in %s colours, view %s, at %j', async (colorScheme, view, viewport) => {
    const tall = { ...viewport, height: 6_000 };
    const { page, complaints } = await open(page1, { colorScheme, viewport: tall, hash: `#view=${view}` });
    if (view !== 'fields') await openAll(page);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['without a change', previewHtml(emptyReport())],
    ['of hostile text', previewHtml(hostileReport('<b>"\u202e'))],
  ])('is accessible %s', async (_, html) => {
    const { page } = await open(html);
    expect(await violations(page)).toEqual([]);
  });

  test('is accessible with its help open and with filters that nothing matches', async () => {
    const { page } = await open(page1, { hash: '#q=nothing-is-called-so' });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog', { name: 'Keys' }).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
  });

  test('has one main landmark, named sections, and headings that skip no level', async () => {
    const { page } = await open(page1);
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('navigation', { name: 'Sections' }).count()).toBe(1);
    expect(await page.getByRole('search', { name: 'Filters' }).count()).toBe(1);
    const levels = await page.evaluate<number[]>(
      `[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName.slice(1)))`,
    );
    expect(levels[0]).toBe(1);
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
  });

  test.each(['fields', 'unified', 'split'])('is never wider than 390 pixels in view %s', async (view) => {
    const { page } = await open(page1, { viewport: NARROW, hash: `#view=${view}` });
    await openAll(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(NARROW.width);
  });

  test('asks for nothing, and keeps to its policy', async () => {
    const { page, requests, complaints } = await open(page1);
    await openAll(page);
    await page.getByRole('button', { name: 'Side by side' }).click();
    const picture = page.getByRole('img', {
      name: /^Clusters and hosts of production; changed: main\/server-1/,
    });
    expect((await picture.boundingBox())?.width).toBeGreaterThan(300);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('closes no paragraph before its end', async () => {
    const { page } = await open(page1);
    const empty = await page.evaluate<string[]>(
      `[...document.querySelectorAll('p, li, dd')].filter((each) => each.childNodes.length === 0).map((each) => each.parentElement.outerHTML)`,
    );
    expect(empty).toEqual([]);
  });

  test('runs nothing and loads nothing that hostile text asks for', async () => {
    const { address, hits, close } = await listen();
    const attack = [
      '</script></style></textarea></title><script>window.__pwned=1</script>',
      `<img src="${address}/img" onerror="window.__pwned=1"><svg onload=window.__pwned=1>`,
      `<link rel=stylesheet href=${address}/css><iframe srcdoc="<script>parent.__pwned=1</script>">`,
      `" onfocus="window.__pwned=1" autofocus x="' onmouseover='window.__pwned=1' javascript:window.__pwned=1 \u202e`,
    ].join('');
    const report = hostileReport(attack);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>parent.__pwned=1</script><image href="${address}/svg"/></svg>`;
    const html = previewHtml(
      { ...report, pictures: [{ environment: 'production', svg }] },
      {
        link: () => 'javascript:window.__pwned=1',
        docs: () => 'data:text/html,<script>parent.__pwned=1</script>',
      },
    );
    try {
      const { page, requests, complaints } = await open(html);
      await openAll(page);
      for (const button of await page.getByRole('button').all())
        if (await button.isVisible()) await button.hover();
      await page.keyboard.press('s');
      expect(await page.evaluate('typeof window.__pwned')).toBe('undefined');
      expect(
        await page.locator('img[src^="http"], iframe, object, [onerror], [onfocus], [onload]').count(),
      ).toBe(0);
      expect(await page.locator('a[href^="javascript"], a[href^="data"]').count()).toBe(0);
      expect({ requests, hits, complaints }).toEqual({ requests: [], hits: [], complaints: [] });
    } finally {
      await close();
    }
  });

  test('can be read without a script: no control is shown, and every value is there', async () => {
    const { page } = await open(page1, { javaScriptEnabled: false });
    expect(await page.getByRole('search').isVisible()).toBe(false);
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    const object = page.locator('article', { hasText: 'NetworkPolicy' });
    await object.locator('.yaml > summary').click();
    expect(await object.locator('.d').isVisible()).toBe(true);
    expect(await object.locator('.d del').first().isVisible()).toBe(true);
  });

  test('prints what it shows, closed objects as well, without controls', async () => {
    const { page } = await open(page1, { javaScriptEnabled: false });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const bodies = page.locator('article .body');
    for (const body of await bodies.all()) expect((await body.boundingBox())?.height).toBeGreaterThan(10);
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  });

  test('moves nothing where less motion is asked for', async () => {
    const { page } = await open(previewHtml(sampleReport()), { reducedMotion: 'reduce' });
    const moves = await page.evaluate(
      `[...document.querySelectorAll('*')].some((each) => getComputedStyle(each).transitionDuration !== '0s')`,
    );
    expect(moves).toBe(false);
  });
});
