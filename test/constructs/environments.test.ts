import { describe, expect, test } from '@jest/globals';
import { Environments, environments } from '../../constructs/environments';

describe('environments', () => {
  test('builds only the environment that is asked for, with its settings', () => {
    const built: string[] = [];
    const program = environments({ staging: { size: 1 }, production: { size: 3 } }, (env, { size }) => {
      built.push(`${env.name} ${size}`);
    });
    expect(program.names).toEqual(['staging', 'production']);
    expect(program.build('production').name).toBe('production');
    expect(built).toEqual(['production 3']);
  });

  test('builds afresh each time', () => {
    const program = environments({ dev: {} }, () => undefined);
    expect(program.build('dev')).not.toBe(program.build('dev'));
  });

  test('is recognised across copies of the package', () => {
    expect(Environments.is(environments({ dev: {} }, () => undefined))).toBe(true);
    expect(Environments.is({ names: [] })).toBe(false);
    expect(Environments.is(undefined)).toBe(false);
  });

  test('fails when the environment is not declared, naming the nearest', () => {
    const program = environments({ production: {} }, () => undefined);
    expect(() => program.build('prodution')).toThrow(
      `the program has no environment "prodution"; did you mean 'production'?`,
    );
  });

  test.each([
    ['Prod EU', `got "Prod EU"; write 'prod-eu'`],
    ['../x', `got "../x"; write 'x'`],
    ['--', `got "--"; write 'production'`],
  ])('fails when the name is %j', (name, message) => {
    expect(() => environments({ [name]: {} }, () => undefined)).toThrow(message);
  });

  test('fails when the function is asynchronous, or none', () => {
    const program = environments({ dev: {} }, () => ({ then: () => undefined }));
    expect(() => program.build('dev')).toThrow('the function that defines environment dev is asynchronous');
    expect(() => environments({ dev: {} }, undefined as never)).toThrow('got undefined for define');
    expect(() => environments(null as never, () => undefined)).toThrow('declares none');
  });

  test('fails when there is none', () => {
    expect(() => environments({}, () => undefined)).toThrow('environments({}) declares none');
  });
});
