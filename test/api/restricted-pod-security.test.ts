import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { policies, synthesized } from '../../adapters/testing';
import { hasGo, moduleFolder } from './crd-modules';

const MODULE = 'k8s.io/pod-security-admission';
const VERSION = 'v0.36.3';

/** Pods of Kubernetes' own tests. Those of its newest minor are the same for the minors that follow. */
function fixtures(result: 'pass' | 'fail'): { name: string; pod: object }[] {
  const folder = moduleFolder(MODULE, VERSION);
  const pods = join(folder, 'test/testdata/restricted/v1.35', result);
  return readdirSync(pods).map((name) => ({
    name,
    pod: parse(readFileSync(join(pods, name), 'utf8')) as object,
  }));
}

(hasGo() ? describe : describe.skip)("the restricted policy and Kubernetes' own check agree", () => {
  test('on pods that are refused', () => {
    const pods = fixtures('fail');
    expect(pods.length).toBeGreaterThan(50);
    const taken = pods.filter(
      ({ pod }) => policies.restrictedPodSecurity.violations([...synthesized([pod])]).length === 0,
    );
    expect(taken.map(({ name }) => name)).toEqual([]);
  });

  test('on pods that are admitted, save for those in a user namespace', () => {
    const pods = fixtures('pass');
    expect(pods.length).toBeGreaterThan(15);
    const refused = pods.filter(
      ({ pod }) => policies.restrictedPodSecurity.violations([...synthesized([pod])]).length > 0,
    );
    const isRelieved = ({ pod }: { pod: object }): boolean =>
      JSON.stringify(pod).includes('"hostUsers":false');
    expect(refused.filter((each) => !isRelieved(each)).map(({ name }) => name)).toEqual([]);
  });
});
