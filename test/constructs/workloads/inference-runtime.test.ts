import { describe, expect, test } from '@jest/globals';
import { imageOf, InferenceRuntime } from '../../../constructs/workloads/inference-runtime';
import { InferenceServer } from '../../../constructs/workloads/inference-server';
import { Accelerators, type Accelerator } from '../../../lib/cluster/node';
import { SecretRef } from '../../../lib/secret';
import { problemsIn } from '../../support/synth';
import { shop } from '../../support/workloads';

describe('a runtime', () => {
  const said = (runtime: unknown, accelerator?: Accelerator): string => {
    const namespace = shop();
    new InferenceServer(namespace, 'llm', { runtime: runtime as never, ...(accelerator && { accelerator }) });
    return problemsIn(namespace).join('\n');
  };
  const untyped = InferenceRuntime as unknown as Record<
    'ollama' | 'vllm' | 'llamaCpp' | 'custom',
    (options?: unknown) => unknown
  >;
  const server = { image: 'acme/ovms:1.0.0', port: 8000, healthPath: '/v2/health', user: 1000 };

  test.each<[string, () => unknown, string]>([
    ['of nothing', () => untyped.ollama(), 'runtime: must be a map'],
    ['without models', () => untyped.ollama({}), 'runtime.models: is missing'],
    [
      'with models as text',
      () => untyped.ollama({ models: 'llama' }),
      'runtime.models: must be a list, got "llama"; write [\'llama\']',
    ],
    [
      'of llama.cpp without options',
      () => untyped.llamaCpp(null),
      'must have one of the keys file, huggingFace',
    ],
    [
      'of llama.cpp without a model',
      () => untyped.llamaCpp({}),
      'must have one of the keys file, huggingFace',
    ],
    ['of vLLM without a model', () => untyped.vllm({}), 'runtime.model: is missing'],
    [
      'with a variable of null',
      () => untyped.custom({ ...server, env: { A: null } }),
      'runtime.env.A: must be text',
    ],
    [
      'with a number for an image',
      () => untyped.custom({ ...server, image: 5 }),
      'runtime.image: must be text, got 5',
    ],
    ['of root', () => untyped.custom({ ...server, user: 0 }), 'runtime.user: must be a whole number from 1'],
    ['on no port', () => untyped.custom({ ...server, port: 99_999 }), 'runtime.port: must be a whole number'],
    [
      'without a path',
      () => untyped.custom({ ...server, healthPath: '' }),
      'runtime.healthPath: must be a path',
    ],
    [
      'that is forged',
      () => ({ images: null, port: 1, args: [] }),
      'runtime.images: must be a map, got null',
    ],
    [
      'that is a copy of a wrong one',
      () => ({ ...(untyped.ollama({}) as object) }),
      'runtime.models: is missing',
    ],
  ])('%s is refused', (_, runtime, message) => {
    expect(said(runtime())).toContain(message);
  });

  test('that is sound breaks no rule', () => {
    expect(said(untyped.custom({ ...server, env: { A: SecretRef.fromConfig('a') }, args: ['--x'] }))).toBe(
      '',
    );
    expect(said(InferenceRuntime.llamaCpp({ file: 'model.gguf' }))).toBe('');
  });

  test.each([
    [undefined, 'docker.io/ollama/ollama:0.32.15'],
    [Accelerators.nvidiaGpu(), 'docker.io/ollama/ollama:0.32.15'],
    [Accelerators.amdGpu(), 'docker.io/ollama/ollama:0.32.15-rocm'],
    [Accelerators.intelNpu(), undefined],
    [Accelerators.coralTpu(), undefined],
    [{ resource: 'constructor' }, undefined],
  ])('of Ollama for %j has image %s', (accelerator, image) => {
    expect(imageOf(InferenceRuntime.ollama({ models: [] }), accelerator?.resource)).toBe(image);
  });

  test('without an image for the device is refused', () => {
    expect(said(InferenceRuntime.ollama({ models: [] }), Accelerators.intelNpu())).toContain(
      'has no image for npu.intel.com',
    );
  });
});
