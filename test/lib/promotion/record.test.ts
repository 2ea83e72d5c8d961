import { describe, expect, test } from '@jest/globals';
import {
  parsePromotions,
  promotionOf,
  renderPromotions,
  withPromotion,
  type Promotion,
} from '../../../lib/promotion/record';

const key = { environment: 'staging', cluster: 'k3s', version: 'v1.34.1+k3s1' };
const proof: Promotion = {
  since: '2026-11-20T08:00:00Z',
  checkedAt: '2026-11-21T10:00:00Z',
  healthy: 93_600,
  nodes: ['bravo', 'alfa'],
};

test('a record is read as it was written, and written the same', () => {
  const record = withPromotion({}, key, proof);
  const text = renderPromotions(record);
  expect(text).toBe(`{
  "schema": "k3stack.promotions/v1",
  "environments": {
    "staging": {
      "k3s": {
        "v1.34.1+k3s1": {
          "since": "2026-11-20T08:00:00Z",
          "checkedAt": "2026-11-21T10:00:00Z",
          "healthy": 93600,
          "nodes": [
            "alfa",
            "bravo"
          ]
        }
      }
    }
  }
}
`);
  expect(renderPromotions(parsePromotions(text, 'promotions.json'))).toBe(text);
});

test('the order in which proofs were found changes nothing', () => {
  const other = { ...key, environment: 'production' };
  const older = { ...key, version: 'v1.33.5+k3s1' };
  const [a, b] = [
    [key, other, older],
    [older, other, key],
  ].map((keys) => keys.reduce((record, each) => withPromotion(record, each, proof), {}));
  expect(renderPromotions(a ?? {})).toBe(renderPromotions(b ?? {}));
});

describe('a further proof', () => {
  const record = withPromotion({}, key, proof);

  test('replaces a shorter one', () => {
    const longer = { ...proof, healthy: 93_601 };
    expect(promotionOf(withPromotion(record, key, longer), key)).toEqual(longer);
  });

  test('does not take back a longer one, such as when a node joined since', () => {
    expect(withPromotion(record, key, { ...proof, healthy: 60 })).toBe(record);
  });

  test('leaves those of other releases, clusters and environments', () => {
    const both = withPromotion(record, { ...key, version: 'v1.34.2+k3s1' }, { ...proof, healthy: 1 });
    expect(promotionOf(both, key)).toEqual(proof);
  });
});

test('nothing is proven by a name that every object has', () => {
  expect(promotionOf({}, { environment: 'constructor', cluster: 'name', version: 'length' })).toBeUndefined();
});

describe('fails for', () => {
  const text = (entry: object): string =>
    JSON.stringify({
      schema: 'k3stack.promotions/v1',
      environments: { staging: { k3s: { 'v1.34.1+k3s1': { ...proof, ...entry } } } },
    });
  const where = 'environments.staging.k3s.v1.34.1+k3s1';

  test.each([
    ['<<<<<<< HEAD', 'is not JSON'],
    ['[]', 'schema must be "k3stack.promotions/v1"'],
    ['{"schema":"k3stack.promotions/v1"}', 'environments must be a map'],
    [
      '{"schema":"k3stack.promotions/v1","environments":{"staging":[]}}',
      'environments.staging must be a map',
    ],
    [text({ since: 'yesterday' }), `${where}.since must be a time`],
    [text({ checkedAt: '2026-13-40T00:00:00Z' }), `${where}.checkedAt must be a time`],
    [text({ healthy: 1.5 }), `${where}.healthy must be a whole number`],
    [text({ healthy: 9_999_999 }), `${where}.healthy is longer than from since to checkedAt`],
    [text({ nodes: [] }), `${where}.nodes must be a list of names`],
  ])('%s', (content, says) => {
    expect(() => parsePromotions(content, 'promotions.json')).toThrow(
      expect.objectContaining({ code: 'INVALID_PROMOTIONS', message: expect.stringContaining(says) }),
    );
  });
});
