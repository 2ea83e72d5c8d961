import { describe, expect, test } from '@jest/globals';
import { identifierProblem } from '../../../../lib/workloads/postgres/names';
import { serverParameters } from '../../../../lib/workloads/postgres/server-parameters';

const [MI, GI] = [2 ** 20, 2 ** 30];

describe('settings of a server', () => {
  test('fit a small container and a small volume', () => {
    expect(serverParameters({ memory: 256 * MI, volume: GI })).toEqual({
      max_connections: '32',
      shared_buffers: '64MB',
      effective_cache_size: '128MB',
      maintenance_work_mem: '16MB',
      work_mem: '2MB',
      max_wal_size: '102MB',
      min_wal_size: '32MB',
    });
  });

  test('grow with memory and volume', () => {
    expect(serverParameters({ memory: 4 * GI, volume: 100 * GI })).toMatchObject({
      max_connections: '100',
      shared_buffers: '1024MB',
      work_mem: '10MB',
      max_wal_size: '1024MB',
    });
  });

  test('have a least value, whatever the limit', () => {
    expect(serverParameters({ memory: 16 * MI, volume: 0 })).toMatchObject({
      max_connections: '20',
      shared_buffers: '16MB',
      work_mem: '1MB',
      max_wal_size: '64MB',
    });
  });
});

describe('names of roles and databases', () => {
  test.each(['app', 'orders_2', '_x', 'a'.repeat(63)])('may be %s', (name) => {
    expect(identifierProblem(name)).toBeUndefined();
  });

  test.each([
    ['Shop', 'must be lower case letters'],
    ['my-app', 'must be lower case letters'],
    ['1st', 'must be lower case letters'],
    ['', 'must be lower case letters'],
    ['a'.repeat(64), 'must be lower case letters'],
    ['user', 'is a reserved word of SQL'],
    ['order', 'is a reserved word of SQL'],
    ['pg_app', 'begins with pg_'],
  ])('cannot be %s', (name, problem) => {
    expect(identifierProblem(name)).toContain(problem);
  });
});
