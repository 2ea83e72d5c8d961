import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** A page that was opened from a file, and what was seen of it since. */
export interface OpenPage {
  readonly page: Page;

  /** Addresses that were asked for, but that of the page itself and data in it. */
  readonly requests: readonly string[];

  /** Errors and warnings of the console, violations of the policy among them, and errors of scripts. */
  readonly complaints: readonly string[];
}

/** Opens HTML as a file in a real Chromium. */
export type OpenHtml = (
  html: string,
  options?: BrowserContextOptions & { readonly hash?: string },
) => Promise<OpenPage>;

/** Tests in Chromium; skipped, and counted as skipped, where there is none. */
export function describeInChromium(title: string, tests: (open: OpenHtml) => void): void {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    // The body is registered, so that each test of it is counted as skipped.
    describe.skip(`${title} (skipped: no Chromium on PATH)`, () => tests(notOpened));
    return;
  }
  describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-browser-'));
    let browser: Browser;
    let count = 0;
    beforeAll(async () => {
      // Root has no sandbox of Chromium; what is opened is ours.
      browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
    });
    afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    tests(async (html, { hash = '', ...options } = {}) => {
      const file = join(folder, `page-${(count += 1)}.html`);
      writeFileSync(file, html);
      const context = await browser.newContext(options);
      return openFile(await context.newPage(), `${pathToFileURL(file).href}${hash}`);
    });
  });
}

async function openFile(page: Page, address: string): Promise<OpenPage> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const own = address.replace(/#.*/, '');
  page.on('request', (request) => {
    const url = request.url();
    if (url.replace(/#.*/, '') !== own && !url.startsWith('data:')) requests.push(url);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, requests, complaints };
}

/** Names of Debian, Fedora, Alpine and Google. */
function chromiumPath(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file));
}

const notOpened: OpenHtml = () => Promise.reject(new Error('there is no Chromium'));
