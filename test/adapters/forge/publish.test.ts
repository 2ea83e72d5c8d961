import { describe, expect, test } from '@jest/globals';
import { publish } from '../../../adapters/forge/publish';
import {
  TOKEN,
  HEAD,
  MARKER,
  job,
  maria,
  fake,
  open,
  report,
  failed,
  post,
  bodies,
  posts,
} from './github-pull';

describe('the comment', () => {
  test('is made once, and edited in place from then on', async () => {
    expect(await post(report('first'))).toEqual({
      comment: 'created',
      url: 'https://github.com/acme/shop/pull/1#issuecomment-1',
      notes: [],
    });
    expect(await post(report('second'))).toMatchObject({ comment: 'edited', notes: [] });
    expect(bodies()).toEqual([`${MARKER}\n\nsecond\n`]);
  });

  test('is left alone when it says the same', async () => {
    await post(report('first'));
    const before = posts();
    expect(await post(report('first'))).toMatchObject({ comment: 'unchanged' });
    expect(posts()).toBe(before);
  });

  test.each(['Bot', 'User'] as const)(
    'is found on a later page, also when 250 came before it, as a %s',
    async (type) => {
      fake.accounts.set(TOKEN, { ...job, type });
      for (let index = 0; index < 250; index++) fake.write(maria, `comment ${index}`);
      await post(report('first'));
      for (let index = 0; index < 60; index++) fake.write(maria, `comment ${index}`);
      expect(await post(report('second'))).toMatchObject({ comment: 'edited' });
      expect(bodies().filter((body) => body.startsWith(MARKER))).toEqual([`${MARKER}\n\nsecond\n`]);
    },
  );

  test('of someone else is not ours, though it has our marker', async () => {
    fake.write(maria, `${MARKER}\n\nnothing to see\n`);
    expect(await post(report('first'))).toMatchObject({
      comment: 'created',
      notes: [expect.stringContaining('by someone else')],
    });
    expect(bodies()).toEqual([`${MARKER}\n\nnothing to see\n`, `${MARKER}\n\nfirst\n`]);
    expect(await post(report('second'))).toMatchObject({ comment: 'edited' });
    expect(bodies()[0]).toContain('nothing to see');
  });

  test('of another user is not ours either, where the token says whose it is', async () => {
    fake.accounts.set(TOKEN, { ...job, id: 9, type: 'User', editsAll: true });
    fake.write(maria, `${MARKER}\n\nnothing to see\n`);
    expect(await post(report('first'))).toMatchObject({ comment: 'created' });
  });

  test('that quotes the marker further down is not ours', async () => {
    fake.write(job, `> quoted\n${MARKER}`);
    expect(await post(report('first'))).toMatchObject({ comment: 'created' });
  });

  test('of another project is another one', async () => {
    await post(report('first'));
    await post({ ...report('other'), project: 'office' });
    expect(bodies()).toHaveLength(2);
    expect(fake.statuses.map(({ body }) => body['context'])).toEqual([
      'k3stack/preview: shop',
      'k3stack/preview: office',
    ]);
  });

  test('is made again when it was deleted between look and edit', async () => {
    await post(report('first'));
    fake.faults.push({
      method: 'PATCH',
      path: /comments/,
      answer: { status: 404, body: { message: 'Not Found' } },
    });
    expect(await post(report('second'))).toMatchObject({ comment: 'created' });
  });

  test('is made anew where it cannot be edited, and that is said; and the one after that is edited', async () => {
    const other = { ...job, id: 12, login: 'other[bot]' };
    fake.write(other, `${MARKER}\n\nold`);
    expect(await post(report('first'))).toMatchObject({
      comment: 'created',
      notes: [expect.stringContaining('comment 1 could not be edited')],
    });
    expect(await post(report('second'))).toMatchObject({ comment: 'edited' });
    expect(bodies()).toEqual([`${MARKER}\n\nold`, `${MARKER}\n\nsecond\n`]);
  });

  test('of two jobs at once is the first, and the other is removed', async () => {
    fake.write(job, `${MARKER}\n\none`);
    fake.write(job, `${MARKER}\n\ntwo`);
    expect(await post(report('first'))).toMatchObject({ comment: 'edited', notes: [] });
    expect(bodies()).toEqual([`${MARKER}\n\nfirst\n`]);
  });

  test('of another job that found none either, and was first, is the one that stays', async () => {
    let done = false;
    fake.before = (asked) => {
      if (!asked.startsWith('POST') || done) return;
      done = true;
      fake.write(job, `${MARKER}\n\nother`);
    };
    expect(await post(report('first'))).toEqual({
      comment: 'created',
      url: 'https://github.com/acme/shop/pull/1#issuecomment-1',
      notes: [],
    });
    expect(fake.comments.map(({ id, body }) => [id, body])).toEqual([[1, `${MARKER}\n\nfirst\n`]]);
  });

  test('is one after two jobs at the same time', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([publish(one, report('same')), publish(two, report('same'))]);
    await post(report('later'));
    expect(bodies()).toEqual([`${MARKER}\n\nlater\n`]);
  });

  test('of an earlier commit is left to the job of the later one', async () => {
    const forge = await open();
    const [pull] = fake.pulls;
    if (pull) pull.head.sha = 'b'.repeat(40);
    fake.pulls.push({ number: 2, head: { sha: HEAD, ref: 'x', repo: null } });
    expect(await publish(forge, report('late'))).toMatchObject({ comment: 'superseded' });
    expect(bodies()).toEqual([]);
    expect(fake.statuses).toHaveLength(1);
  });
});

describe('a report that could not be made', () => {
  test('leaves the good comment with a warning, which the next report takes away', async () => {
    await post(report('good'));
    await post(failed('npm ci </details> @everyone'));
    await post(failed('npm ci </details> @everyone'));
    expect(bodies()[0]).toMatch(/earlier preview.*`npm ci <\/details> @everyone`[\s\S]*\n\ngood\n$/);
    await post(report('better'));
    expect(bodies()).toEqual([`${MARKER}\n\nbetter\n`]);
  });

  test('is a short comment where there was none', async () => {
    expect(await post(failed('no memory'))).toMatchObject({ comment: 'created' });
    expect(bodies()[0]).toContain('There is no preview of');
  });
});

describe('the status', () => {
  test('is of the commit, in one line of at most 140 characters, with the run of the job', async () => {
    await post({
      ...report('x'),
      status: { state: 'failure', description: `a\n\u202eb ${'😀'.repeat(200)}` },
    });
    expect(fake.statuses).toEqual([
      {
        sha: HEAD,
        body: {
          state: 'failure',
          context: 'k3stack/preview: shop',
          description: `a b ${'😀'.repeat(135)}…`,
          target_url: 'https://github.com/acme/shop/actions/runs/5',
        },
      },
    ]);
  });

  test('has no link that is none', async () => {
    await post({
      ...report('x'),
      status: { state: 'success', description: 'x', targetUrl: 'javascript:alert(1)' },
    });
    expect(fake.statuses[0]?.body).not.toHaveProperty('target_url');
  });

  test('is set also where the comment was refused, and the comment written where the status was', async () => {
    fake.accounts.set(TOKEN, { ...job, pullRequests: 'read' });
    await expect(post(report('x'))).rejects.toMatchObject({ code: 'FORGE_FORBIDDEN' });
    expect(fake.statuses).toHaveLength(1);
    fake.accounts.set(TOKEN, { ...job, statuses: 'read' });
    await expect(post(report('x'))).rejects.toMatchObject({ code: 'FORGE_FORBIDDEN' });
    expect(bodies()).toEqual([`${MARKER}\n\nx\n`]);
  });
});
