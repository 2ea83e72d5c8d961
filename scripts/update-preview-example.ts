// Writes docs/preview-example: the report of an example pull request, and pictures of its page. Needs Chromium. npx jiti scripts/update-preview-example.ts
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { run } from '../cli/run';
import { EXAMPLE_BASE, writeExamplePullRequest } from '../test/support/example-pull-request';
import { previewExampleText } from '../test/support/preview-example';

const DOCS = join(__dirname, '../docs/preview-example');

async function update(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-example-'));
  try {
    writeExamplePullRequest(folder);
    const args = [
      'preview',
      '--base',
      EXAMPLE_BASE,
      '--on',
      '2026-11-02',
      '--format',
      'md,html',
      '--out',
      'report',
    ];
    await run(args, {
      cwd: folder,
      env: {},
      stdout: process.stdout,
      stderr: process.stderr,
      stdin: () => Promise.resolve(''),
    });
    writeFileSync(
      join(DOCS, 'README.md'),
      previewExampleText(readFileSync(join(folder, 'report/preview.md'), 'utf8')),
    );
    await takePictures(join(folder, 'report/preview.html'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takePictures(file: string): Promise<void> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  const open = async (
    width: number,
    height: number,
    colorScheme: 'light' | 'dark',
    name: string,
  ): Promise<void> => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(pathToFileURL(file).href);
    await page.screenshot({ path: join(DOCS, name) });
    await page.close();
  };
  await open(1280, 1600, 'light', 'desktop.png');
  await open(390, 1200, 'dark', 'phone.png');
  await browser.close();
}

void update();
