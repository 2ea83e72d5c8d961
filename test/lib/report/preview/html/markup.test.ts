import { expect, test } from '@jest/globals';
import { joined, markup } from '../../../../../lib/report/preview/html/markup';
import { prose } from '../../../../../lib/report/preview/html/prose';

test('text is escaped, markup is not, lists are joined, and nothing stands for what is absent', () => {
  const page = markup`<p title="${'"a"'}">${'<b>'}${markup`<i>${'&'}</i>`}${[1, 'x', ['<']]}${undefined}${false}</p>`;
  expect(page.text).toBe('<p title="&quot;a&quot;">&lt;b&gt;<i>&amp;</i>1x&lt;</p>');
});

test('parts are joined by markup or by text', () => {
  expect(joined(['<', 'b'], markup`<br>`).text).toBe('&lt;<br>b');
  expect(joined([], ', ').text).toBe('');
});

test('what stands in backticks is code, and an arrow does not break', () => {
  expect(prose('from `a<b` -> `c`, one ` alone').text).toBe(
    'from <code>a&lt;b</code> → <code>c</code>, one ` alone',
  );
});
