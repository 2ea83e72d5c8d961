import { expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { previewHtml } from '../../lib/report/preview/html/preview-html';
import { emptyReport, sampleReport } from '../support/preview-report';
import { describeInChromium } from './browser';
import { largeReport } from './preview-report';

const SAMPLE = previewHtml(sampleReport());
const LARGE = previewHtml(largeReport(2_000));

const shown = (page: Page): Locator => page.locator('#objects article').filter({ visible: true });
const status = (page: Page): Promise<string | null> => page.getByRole('status').textContent();
/** Asked of the page itself: what the driver knows of its address may come later. */
const fragment = (page: Page): Promise<string> => page.evaluate('location.hash');
const textFilter = (page: Page): Locator => page.getByRole('searchbox', { name: 'Filter by text' });
const focused = (page: Page): Locator => page.locator(':focus');

describeInChromium('filters of the page of a preview', (open) => {
  test('without any, all is shown and counted', async () => {
    const { page } = await open(SAMPLE);
    expect(await status(page)).toBe('6 risks, 5 hosts, 9 objects');
    expect(await shown(page).count()).toBe(9);
  });

  test('are not offered where there is nothing to filter', async () => {
    const { page, complaints } = await open(previewHtml(emptyReport()));
    expect(await page.getByRole('search').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test('by environment reach risks, images, roll-outs, hosts and objects', async () => {
    const { page } = await open(SAMPLE);
    await page.getByRole('combobox', { name: 'Environment' }).selectOption('staging');
    const { objects, risks, images } = sampleReport();
    const own = objects.filter(({ environments }) => environments.includes('staging'));
    expect(await shown(page).count()).toBe(own.length);
    expect(await page.locator('#risks tbody tr').filter({ visible: true }).count()).toBe(
      risks.filter(({ environments }) => environments.includes('staging')).length,
    );
    expect(await page.locator('#images tbody tr').filter({ visible: true }).count()).toBe(
      images.filter(({ environments }) => environments.includes('staging')).length,
    );
    expect(await page.locator('.rollout').filter({ visible: true }).count()).toBe(0);
    expect(await page.getByText('No host matches the filters.').isVisible()).toBe(true);
    expect(await status(page)).toBe(`2 of 6 risks, 0 of 5 hosts, ${own.length} of 9 objects`);
    expect(await fragment(page)).toBe('#env=staging');
  });

  test('by risk take several levels', async () => {
    const { page } = await open(SAMPLE);
    const group = page.getByRole('group', { name: 'Risk' });
    await group.getByRole('button', { name: 'High' }).click();
    expect(await shown(page).allTextContents()).toEqual([expect.stringContaining('NetworkPolicy')]);
    await group.getByRole('button', { name: 'Block' }).click();
    expect(await shown(page).count()).toBe(2);
    expect(await group.getByRole('button', { name: 'High' }).getAttribute('aria-pressed')).toBe('true');
    expect(await fragment(page)).toBe('#risk=high,block');
    await group.getByRole('button', { name: 'High' }).click();
    expect(await shown(page).allTextContents()).toEqual([expect.stringContaining('PersistentVolumeClaim')]);
  });

  test('by kind know hosts as well', async () => {
    const { page } = await open(SAMPLE);
    const kind = page.getByRole('combobox', { name: 'Kind' });
    await kind.selectOption('Job');
    expect(await status(page)).toBe('0 of 6 risks, 0 of 5 hosts, 2 of 9 objects');
    await kind.selectOption('Host');
    expect(await status(page)).toBe('2 of 6 risks, 5 hosts, 0 of 9 objects');
  });

  test('by text find every word in any place of an object, in small and capital letters', async () => {
    const { page } = await open(SAMPLE);
    await textFilter(page).fill('STORAGE persistentvolume');
    expect(await shown(page).allTextContents()).toEqual([expect.stringContaining('shop/data')]);
    await textFilter(page).fill('storage networkpolicy');
    expect(await shown(page).count()).toBe(0);
    expect(await page.getByText('No object matches the filters.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await shown(page).count()).toBe(9);
    expect(await fragment(page)).toBe('');
  });

  test('find one of 2,000 objects, and count', async () => {
    const { page } = await open(LARGE);
    await textFilter(page).fill('needle');
    expect(await status(page)).toContain('1 of 2000 objects');
    expect(await shown(page).allTextContents()).toEqual([expect.stringContaining('shop/needle')]);
    await textFilter(page).fill('');
    await page.getByRole('combobox', { name: 'Environment' }).selectOption('staging');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('Service');
    expect(await status(page)).toContain('500 of 2000 objects');
  });

  test('are in the address, and come back with it', async () => {
    const first = await open(SAMPLE);
    await first.page.getByRole('combobox', { name: 'Environment' }).selectOption('production');
    await first.page.getByRole('combobox', { name: 'Kind' }).selectOption('Deployment');
    await first.page.getByRole('group', { name: 'Risk' }).getByRole('button', { name: 'Caution' }).click();
    await textFilter(first.page).fill('web & "x", #1=%');
    await textFilter(first.page).fill('web ');
    await first.page.getByRole('button', { name: 'Side by side' }).click();
    const hash = await fragment(first.page);
    expect(hash).toBe('#env=production&risk=caution&kind=Deployment&q=web%20&view=split');

    const { page } = await open(SAMPLE, { hash });
    expect(await status(page)).toBe(await status(first.page));
    expect(await shown(page).allTextContents()).toEqual(await shown(first.page).allTextContents());
    expect(await textFilter(page).inputValue()).toBe('web ');
    expect(await page.getByRole('combobox', { name: 'Kind' }).inputValue()).toBe('Deployment');
    expect(await page.getByRole('button', { name: 'Side by side' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    expect(await page.getByRole('button', { name: 'Caution' }).getAttribute('aria-pressed')).toBe('true');
  });

  test.each(['a&b=c', 'ä "quoted" #1, 100% + <b>'])('keep the text %j in the address', async (text) => {
    const first = await open(SAMPLE);
    await textFilter(first.page).fill(text);
    const { page } = await open(SAMPLE, { hash: await fragment(first.page) });
    expect(await textFilter(page).inputValue()).toBe(text);
  });

  test('of an address that names nothing known show nothing, and say so', async () => {
    const { page, complaints } = await open(SAMPLE, { hash: '#env=no-such&view=nothing&risk=x&%E0%A4%A=1' });
    expect(await status(page)).toContain('0 of 9 objects');
    expect(await page.getByRole('button', { name: 'Clear filters' }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('are set by the grid of environments and risks', async () => {
    const { page } = await open(SAMPLE);
    await page.getByRole('link', { name: '1 block risk in production' }).click();
    expect(await fragment(page)).toBe('#env=production&risk=block');
    expect(await shown(page).allTextContents()).toEqual([expect.stringContaining('PersistentVolumeClaim')]);
  });

  test('give way to a link to what they hide', async () => {
    const { page } = await open(SAMPLE, { hash: '#kind=Job' });
    const target = page.locator('#objects article', { hasText: 'ClusterRole' });
    expect(await target.isVisible()).toBe(false);
    await page.evaluate(`location.hash = ${JSON.stringify(await target.getAttribute('id'))}`);
    await target.locator('.body').waitFor();
    expect(await status(page)).toBe('6 risks, 5 hosts, 9 objects');
  });
});

describeInChromium('keys of the page of a preview', (open) => {
  test('lead to the text filter, where they are text, and out of it', async () => {
    const { page } = await open(SAMPLE);
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('filter-text');
    await page.keyboard.type('jus?');
    expect(await textFilter(page).inputValue()).toBe('jus?');
    expect(await page.locator('html').getAttribute('data-view')).toBe('fields');
    await page.keyboard.press('Escape');
    expect(await focused(page).count()).toBe(0);
  });

  test('go from one item that is shown to the next and back, and open it', async () => {
    const { page } = await open(SAMPLE, { hash: '#kind=Job' });
    for (const [key, name] of [
      ['j', 'shop/migrate'],
      ['j', 'shop/seed'],
      ['j', 'shop/seed'],
      ['k', 'shop/migrate'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await focused(page).textContent()).toContain(name);
    }
    await page.keyboard.press('Enter');
    expect(await page.locator('article', { hasText: 'shop/migrate' }).locator('.body').isVisible()).toBe(
      true,
    );
  });

  test('change the view: fields, unified, side by side', async () => {
    const { page } = await open(SAMPLE);
    const claim = page.locator('article', { hasText: 'PersistentVolumeClaim' }).first();
    expect(await claim.locator('.code').isVisible()).toBe(false);
    await page.keyboard.press('u');
    await claim.locator('.code').scrollIntoViewIfNeeded();
    await claim.locator('table.unified').waitFor();
    expect(await claim.locator('tr.del, tr.ins').allTextContents()).toEqual([
      expect.stringMatching(/^10−.*20Gi$/),
      expect.stringMatching(/^10\+.*10Gi$/),
    ]);
    await page.keyboard.press('s');
    await claim.locator('table.split').waitFor();
    const row = claim.locator('tr', { has: page.locator('del') });
    expect(await row.locator('td').allTextContents()).toEqual([
      '10',
      expect.stringMatching(/20Gi$/),
      '10',
      expect.stringMatching(/10Gi$/),
    ]);
    expect(await row.locator('b').allTextContents()).toEqual(['20Gi', '10Gi']);
    await page.keyboard.press('f');
    expect(await claim.locator('.code').isVisible()).toBe(false);
  });

  test('unfold lines that stay', async () => {
    const { page } = await open(SAMPLE, { hash: '#view=unified' });
    const claim = page.locator('article', { hasText: 'PersistentVolumeClaim' }).first();
    await claim.locator('.code').scrollIntoViewIfNeeded();
    const fold = claim.getByRole('button', { name: '6 unchanged lines' });
    await fold.focus();
    await page.keyboard.press('Enter');
    expect(await fold.getAttribute('aria-expanded')).toBe('true');
    expect(
      await claim.locator('tbody:not(.note) tr').filter({ visible: true }).first().textContent(),
    ).toMatch(/^11/);
  });

  test('show their list, and do nothing when they are switched off there', async () => {
    const { page } = await open(SAMPLE);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    expect(await help.isVisible()).toBe(false);
    for (const key of ['u', '?', 'j']) await page.keyboard.press(key);
    expect(await page.locator('html').getAttribute('data-view')).toBe('fields');
    expect(await help.isVisible()).toBe(false);
  });

  test('begin with a link to the summary, and show where they are', async () => {
    const { page } = await open(SAMPLE);
    await page.keyboard.press('Tab');
    expect(await focused(page).textContent()).toBe('Skip to the summary');
    expect((await focused(page).boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  });

  test('choose between the colours of the system, light and dark', async () => {
    const { page } = await open(SAMPLE, { colorScheme: 'dark' });
    const colour = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await colour();
    const button = page.getByRole('button', { name: /^Theme/ });
    await button.click();
    expect([await button.textContent(), await colour()]).toEqual(['Theme: light', 'rgb(255, 255, 255)']);
    await button.click();
    expect([await button.textContent(), await colour()]).toEqual(['Theme: dark', dark]);
    await button.click();
    expect(await button.textContent()).toBe('Theme: system');
  });
});
