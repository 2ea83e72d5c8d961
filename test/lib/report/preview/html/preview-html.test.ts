import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ObjectBlock, PreviewReport } from '../../../../../lib/diff/report';
import { previewHtml } from '../../../../../lib/report/preview/html/preview-html';
import { hostileReport } from '../../../../support/hostile-report';
import { emptyReport, sampleObject, sampleReport } from '../../../../support/preview-report';

const PAYLOAD = `</script><script>window.__pwned=1</script><img src=x onerror="window.__pwned=1">" onclick='x' <!-- \u202e`;

/** The page without script and style. */
const bodyOf = (page: string): string => page.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, '');

/** Elements with the names of their attributes, in the order of the page. */
function elements(page: string): { name: string; attributes: string[]; closing: boolean }[] {
  return [...bodyOf(page).matchAll(TAG)].map(([, slash, name = '', attributes = '']) => ({
    name,
    attributes: [...attributes.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, attribute = '']) => attribute),
    closing: slash === '/',
  }));
}

function manyObjects(count: number, lines: number): ObjectBlock[] {
  const yaml = (version: number, index: number): string =>
    Array.from({ length: lines }, (_, line) =>
      line % 20 === 4
        ? `    image: registry.example.org/shop/app-${index}:${version}.${line}\n`
        : `    setting-${line}: a value of a usual length\n`,
    ).join('');
  return Array.from({ length: count }, (_, index) =>
    sampleObject({
      level: index % 50 === 0 ? 'high' : 'routine',
      id: { ...sampleObject().id, name: `thing-${index}` },
      yaml: index % 10 === 0 ? { after: yaml(2, index) } : { before: yaml(1, index), after: yaml(2, index) },
    }),
  );
}

describe('the page of a preview', () => {
  test('is the same for the same report', () => {
    expect(previewHtml(sampleReport())).toBe(previewHtml(sampleReport()));
  });

  test('allows nothing but its own script, its own style and images that are in it', () => {
    const page = previewHtml(sampleReport());
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replace(/&#39;/g, "'");
    const hash = (element: string): string => {
      const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(elements(page).flatMap(({ attributes }) => attributes)).not.toContain('style');
  });

  test('names no address that a browser would load by itself', () => {
    const page = previewHtml(sampleReport(), { link: () => 'https://git.example.org/x' });
    expect(page.match(/\b(src|srcset|action|poster|data|xlink:href)="(?!data:)[^"]*"/g)).toBeNull();
    expect(page).not.toMatch(/url\(|@import/);
    expect(page.match(/<link [^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
  });

  test('closes every element that it opens, in order', () => {
    const open: string[] = [];
    for (const { name, closing } of elements(previewHtml(sampleReport()))) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!VOID.has(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  test('has each id once, and an element for each link into itself', () => {
    const page = previewHtml(sampleReport());
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/href="#([^"=]*)"/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(8);
    for (const target of targets) expect(ids).toContain(target);
  });

  test('leads from a risk to its object, its host and the roll-out of its cluster', () => {
    const page = previewHtml(sampleReport());
    expect(page).toMatch(/<a href="#object-\d+">PersistentVolumeClaim shop\/data<\/a>/);
    expect(page).toMatch(/<a href="#host-\d+">host main\/server-1<\/a>/);
    expect(page).toMatch(/<a href="#rollout-\d+">cluster main<\/a>/);
  });

  test('says the margin of the datastore at each step of a roll-out, and how long it is expected to take', () => {
    const page = previewHtml(sampleReport());
    expect(page).toContain('2 of 3 left, 2 needed: none may fail meanwhile');
    expect(page).toContain('Roll-out of main in production: about 13 min, expected, not measured');
  });

  test('says in words what was folded in an object, and what a waiver does', () => {
    const [waiver] = sampleReport().waivers;
    const page = bodyOf(
      previewHtml(
        emptyReport({
          objects: [sampleObject({ folds: { 'chart-label': 2, default: 1 } })],
          waivers: [{ ...waiver!, state: 'unused' }],
        }),
      ),
    );
    expect(page).toContain('Folded here: 1 default, 2 labels of charts or versions');
    expect(page).toContain('waives nothing</span>');
  });

  test('says what the check fails for, and that waivers cover the risks of a routine change', () => {
    const { verdict, risks } = sampleReport();
    const gate = 'high' as const;
    const pageOf = (changes: Partial<PreviewReport['verdict']>) =>
      previewHtml(emptyReport({ verdict: { ...verdict, gate, incomplete: false, ...changes }, risks }));
    expect(pageOf({})).toContain(
      '<p>The check fails: there is a risk of level high or above without a waiver.</p>',
    );
    const passed = pageOf({ level: 'routine', gated: false });
    expect(passed).toContain('<p>The check passes. It would fail for a risk of level high or above without');
    expect(passed).toContain('Each risk has a waiver</h2>');
  });

  test('a setting of a host costs no more than the whole change does', () => {
    const host = sampleReport().hosts.find(({ kind }) => kind === 'changed');
    const version = { name: 'version', before: 'a', after: 'b', disruption: 'drain-restart' as const };
    const hosts = [
      { ...host!, disruption: 'restart' as const, properties: [version], options: [], files: [] },
    ];
    expect(bodyOf(previewHtml(emptyReport({ hosts })))).not.toContain('cost drain-restart');
  });

  test('of nothing says so', () => {
    const page = previewHtml(emptyReport());
    expect(page).toContain('Nothing differs');
    for (const section of ['risks', 'images', 'hosts', 'objects', 'notes']) {
      expect(page).not.toContain(`<section id="${section}"`);
    }
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', ' https://a b', 'file:///etc/passwd', '//x.example'])(
    'makes no link of the address %j',
    (address) => {
      const page = previewHtml(sampleReport(), { link: () => address, docs: () => address });
      expect(page).not.toContain(`href="${address}"`);
      expect(page).toContain('<code>src/shop.ts:41</code>');
    },
  );

  test('links code and rules where addresses are known', () => {
    const page = previewHtml(sampleReport(), {
      link: ({ file, line }) => `https://git.example.org/${file}?a&b#L${line}`,
      docs: (docs) => `https://docs.example.org/${docs}`,
    });
    expect(page).toContain('<a href="https://git.example.org/src/shop.ts?a&amp;b#L41" rel="noreferrer">');
    expect(page).toContain('<a href="https://docs.example.org/risks.md#pvc-shrink" rel="noreferrer">');
  });
});

describe('a page of hostile text', () => {
  test('has no element and no attribute that the page of a harmless report has not', () => {
    const names = (page: string): Set<string> =>
      new Set(
        elements(page).flatMap(({ name, attributes }) => [name, ...attributes.map((each) => `@${each}`)]),
      );
    const known = names(previewHtml(sampleReport()));
    const page = previewHtml(hostileReport(PAYLOAD));
    for (const name of names(page)) expect(known).toContain(name);
    // What is left beside the elements holds nothing that could be one.
    expect(bodyOf(page).replace(TAG, '').replace('<!DOCTYPE html>', '')).not.toMatch(/[<>]/);
    expect(page.match(/<script\b/g)).toHaveLength(2);
  });

  test('shows characters that turn or hide text', () => {
    const page = previewHtml(hostileReport('\u202e\u2066\u200b'));
    expect(/[\u202e\u2066\u200b]/.test(page)).toBe(false);
    expect(page).toContain('\\u202e\\u2066\\u200b');
  });

  test('of lone surrogates is a page', () => {
    expect(previewHtml(hostileReport('\ud800'))).toContain('\\ud800production');
  });
});

describe('a page of many objects', () => {
  const sizeOf = (report: PreviewReport): number => Buffer.byteLength(previewHtml(report));

  test('of 2,000 objects with 60 lines each stays below 8 MB', () => {
    expect(sizeOf(sampleReport({ objects: manyObjects(2_000, 60) }))).toBeLessThan(8_000_000);
  });

  test('of 2,000 objects with 400 lines each stays below 16 MB, and says what it leaves out', () => {
    const report = sampleReport({ objects: manyObjects(2_000, 400) });
    expect(sizeOf(report)).toBeLessThan(16_000_000);
    expect(previewHtml(report)).toContain('lines which stay are left out of this page');
  });
});

const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g;
const VOID = new Set(['meta', 'link', 'input', 'br', 'wbr', 'img', 'rect']);
