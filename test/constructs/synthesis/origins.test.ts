import { expect, test } from '@jest/globals';
import { ApiObject, Chart } from 'cdk8s';
import { Construct, Node } from 'constructs';
import { Environments } from '../../../constructs/environments';
import { Environment } from '../../../constructs/environment';
import { OriginRecorder } from '../../../constructs/synthesis/origins';
import type { Origin } from '../../../lib/origins';

/** Takes frames of this file as those of a program. */
const originOf = (frame: NodeJS.CallSite): Origin | undefined =>
  frame.getFileName() === __filename
    ? { file: 'here', line: frame.getLineNumber() ?? 0, column: frame.getColumnNumber() ?? 0 }
    : undefined;

const settings = { apiVersion: 'v1', kind: 'ConfigMap' };

test('gives what no line of the program made the origin of what is around it', () => {
  let isLibrary = false;
  const recorder = new OriginRecorder((frame) => (isLibrary ? undefined : originOf(frame)));
  const environment = new Environment('production');
  recorder.record(() => {
    const chart = new Chart(environment, 'shop');
    isLibrary = true;
    new ApiObject(chart, 'settings', settings);
  });
  const origins = recorder.of(environment);
  expect(origins.get('shop')).toMatchObject({ file: 'here' });
  expect(origins.get('shop/settings')).toEqual(origins.get('shop'));
});

test('keeps the trees of environments apart when one is built while another is', () => {
  const recorder = new OriginRecorder(originOf);
  const lines: number[] = [];
  const program: Environments = new Environments(['staging', 'production'], (env) => {
    if (env.name === 'staging') new Construct(env, 'shop');
    else {
      new Construct(env, 'shop');
      lines.push(recorder.of(program.build('staging')).get('shop')?.line ?? 0);
    }
  });
  const production = recorder.record(() => program.build('production'));
  const own = recorder.of(production).get('shop')?.line ?? 0;
  expect(lines).toEqual([own - 2]);
});

test('takes itself back, also when the program throws', () => {
  const prototype = Node.prototype as unknown as Record<string, unknown>;
  const state = (): unknown[] => [
    prototype['addChild'],
    Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'),
    Error.stackTraceLimit,
  ];
  const before = state();
  const recorder = new OriginRecorder(originOf);
  const environment = new Environment('production');
  const failing = (): void =>
    recorder.record(() => {
      new Construct(environment, 'one');
      throw new Error('stop');
    });
  expect(failing).toThrow('stop');
  expect(state()).toEqual(before);
  new Construct(environment, 'two');
  expect([...recorder.of(environment).keys()]).toEqual(['one']);
});

test('notes nothing of a construct whose name is taken', () => {
  const recorder = new OriginRecorder(originOf);
  const environment = new Environment('production');
  recorder.record(() => {
    new Construct(environment, 'one');
    expect(() => new Construct(environment, 'one')).toThrow('already a Construct');
  });
  expect(recorder.of(environment).size).toBe(1);
});
