import { expect, test } from '@jest/globals';
import { ManifestParser } from '../../../lib/manifests/manifest-parser';

const configMap = (name: string, text = ''): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } });

test('JSON objects that follow each other are read, whatever their texts hold, and however long these are', () => {
  const texts = ['}{', 'ends with \\', '\\"', '"', 'x'.repeat(20_000_000), '\\"\n'.repeat(1_000_000), ''];
  const stream = texts.map((text, index) => configMap(`a${index}`, text)).join(' ');
  const { documents, problems } = new ManifestParser().parse(stream, '-');
  expect(problems).toEqual([]);
  const data = documents.map(({ object }) => (object['data'] as { text: string }).text);
  expect(data.map((text, index) => text === texts[index])).toEqual(texts.map(() => true));
});

test.each(['', ' ', '\n  '])('JSON that is nested too deep is a problem, also behind %j', (blanks) => {
  const deep = `${blanks}{"apiVersion":"v1","kind":"A","metadata":{"name":"a"},"spec":${'['.repeat(9000)}${']'.repeat(9000)}}`;
  const { documents, problems } = new ManifestParser().parse(deep, '-');
  expect(documents).toEqual([]);
  expect(problems.map(({ problem }) => problem)).toEqual(['is nested deeper than 512 levels']);
});
