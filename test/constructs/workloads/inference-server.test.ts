import { describe, expect, test } from '@jest/globals';
import { InferenceRuntime } from '../../../constructs/workloads/inference-runtime';
import { InferenceServer, type InferenceServerProps } from '../../../constructs/workloads/inference-server';
import { Accelerators } from '../../../lib/cluster/node';
import { SecretRef } from '../../../lib/secret';
import { k3sCluster, objectsOf } from '../../support/synth';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';

const OLLAMA = InferenceRuntime.ollama({ models: ['llama3.2:3b'] });
const server = (props: Partial<InferenceServerProps> = {}, namespace = shop()) =>
  new InferenceServer(namespace, 'llm', { runtime: OLLAMA, ...props });

/** The usual cluster, its agent with a GPU. */
const withGpu = () =>
  shop(
    {},
    k3sCluster({
      agents: {
        bravo: {
          ssh: { host: '10.0.0.12' },
          nodeIp: '10.0.0.12',
          labels: { 'nvidia.com/gpu.present': 'true' },
          accelerators: [Accelerators.nvidiaGpu()],
        },
      },
    }),
  );

describe('an inference server', () => {
  test('is one pod that is gone before the next one starts, with an hour to load its models', () => {
    const { deployment } = server();
    expect(data(deployment).spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
      progressDeadlineSeconds: 4200,
    });
    expect(containerOf(deployment).startupProbe).toMatchObject({ periodSeconds: 10, failureThreshold: 360 });
  });

  test('keeps models on a claim, has shared memory, and room for temporary files', () => {
    const namespace = shop();
    const { deployment } = server({}, namespace);
    expect(podSpecOf(deployment).volumes).toEqual([
      { name: 'models', persistentVolumeClaim: { claimName: 'llm-models' } },
      { name: 'dev-shm', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '2Gi' } },
    ]);
    expect(objectsOf(namespace, 'PersistentVolumeClaim')).toMatchObject([
      { spec: { resources: { requests: { storage: '50Gi' } } } },
    ]);
  });

  test('on processors asks for no device', () => {
    const { deployment } = server();
    expect(containerOf(deployment).resources.limits).toEqual({
      memory: '6Gi',
      'ephemeral-storage': '2148Mi',
    });
    expect(podSpecOf(deployment).runtimeClassName).toBeUndefined();
    expect(podSpecOf(deployment).nodeSelector).toBeUndefined();
  });

  test('on an NVIDIA GPU asks for one, its RuntimeClass and a node that has it', () => {
    const namespace = withGpu();
    const { deployment } = server({ accelerator: Accelerators.nvidiaGpu() }, namespace);
    expect(containerOf(deployment).resources.limits).toMatchObject({ memory: '6Gi', 'nvidia.com/gpu': 1 });
    expect(podSpecOf(deployment)).toMatchObject({
      runtimeClassName: 'nvidia',
      nodeSelector: { 'nvidia.com/gpu.present': 'true' },
    });
    expect(refusals(namespace)).toEqual([]);
  });

  test('on an Intel NPU runs what the program names', () => {
    const runtime = InferenceRuntime.custom({
      image: 'docker.io/openvino/model_server:2026.0',
      port: 8000,
      healthPath: '/v2/health/ready',
      user: 5000,
      args: ['--rest_port', '8000'],
      env: { A: 'b' },
    });
    const { deployment } = server({ runtime, accelerator: Accelerators.intelNpu() });
    expect(containerOf(deployment)).toMatchObject({
      image: 'docker.io/openvino/model_server:2026.0',
      resources: { limits: { 'npu.intel.com/accel': 1 } },
    });
    expect(podSpecOf(deployment).nodeSelector).toEqual({ 'intel.feature.node.kubernetes.io/npu': 'true' });
  });

  test('answers consumers on the port of its runtime', () => {
    expect(server().connection).toMatchObject({ port: 11434, variables: { URL: 'http://llm.shop:11434' } });
  });

  test('takes its options', () => {
    const { deployment, route, network } = server({
      models: { claim: 'models' },
      sharedMemory: '8Gi',
      startupSeconds: 60,
      offline: true,
      host: 'llm.example.org',
      allowFrom: ['namespace'],
      resources: { requests: { memory: '8Gi' }, limits: { memory: '16Gi' } },
      env: { EXTRA: 'x' },
    });
    expect(podSpecOf(deployment).volumes[0]).toEqual({
      name: 'models',
      persistentVolumeClaim: { claimName: 'models' },
    });
    expect(podSpecOf(deployment).volumes[1].emptyDir.sizeLimit).toBe('8Gi');
    expect(podSpecOf(deployment).initContainers).toBeUndefined();
    expect(containerOf(deployment).startupProbe.failureThreshold).toBe(6);
    expect(containerOf(deployment).env).toContainEqual({ name: 'EXTRA', value: 'x' });
    expect(data(route).spec.rules[0].host).toBe('llm.example.org');
    const policy = data(network.policy).spec;
    expect(policy.egress).toHaveLength(1);
    expect(policy.ingress).toContainEqual({
      from: [{ podSelector: {} }],
      ports: [{ port: 11434, protocol: 'TCP' }],
    });
  });
});

describe('runtimes', () => {
  test('Ollama brings its models onto the disk before it serves them', () => {
    const [prepare] = podSpecOf(server().deployment).initContainers;
    expect(prepare).toMatchObject({
      name: 'prepare',
      image: expect.stringMatching(/^docker\.io\/ollama\/ollama:\d/),
      securityContext: { readOnlyRootFilesystem: true },
    });
    expect((prepare.command as string[]).slice(-2)).toEqual(['pull', 'llama3.2:3b']);
    expect(prepare.readinessProbe).toBeUndefined();
  });

  test('vLLM takes token and key by reference, and needs a GPU unless told otherwise', () => {
    const runtime = InferenceRuntime.vllm({
      model: 'Qwen/Qwen2.5-1.5B-Instruct',
      token: SecretRef.fromConfig('hugging-face'),
      apiKey: SecretRef.generated(),
      args: ['--max-model-len', '4096'],
    });
    const container = containerOf(
      server({ runtime, accelerator: Accelerators.nvidiaGpu() }, withGpu()).deployment,
    );
    expect(container.command).toEqual(['vllm', 'serve']);
    expect((container.args as string[]).slice(-2)).toEqual(['--max-model-len', '4096']);
    expect(container.env).toContainEqual({
      name: 'HF_TOKEN',
      valueFrom: { secretKeyRef: { name: 'llm', key: 'HF_TOKEN' } },
    });
    const namespace = shop();
    server({ runtime }, namespace);
    expect(refusals(namespace).join()).toContain(
      'has no image for processors alone, only for nvidia.com/gpu',
    );
  });

  test.each([
    [undefined, 'server-b'],
    [Accelerators.nvidiaGpu(), 'server-cuda-b'],
    [Accelerators.intelGpu(), 'server-vulkan-b'],
  ])('llama.cpp has an image for %j', (accelerator, tag) => {
    const runtime = InferenceRuntime.llamaCpp({ huggingFace: 'ggml-org/gemma-3-1b-it-GGUF' });
    expect(containerOf(server({ runtime, accelerator }).deployment).image).toContain(`:${tag}`);
  });

  test('llama.cpp serves a file of the volume', () => {
    const runtime = InferenceRuntime.llamaCpp({ file: 'a.gguf', args: ['--ctx-size', '2048'] });
    expect(containerOf(server({ runtime }).deployment).args).toEqual([
      '--model',
      '/models/a.gguf',
      '--host',
      '0.0.0.0',
      '--port',
      '8080',
      '--ctx-size',
      '2048',
    ]);
  });
});

describe('an inference server is refused', () => {
  test.each<[string, Partial<InferenceServerProps>, string]>([
    ['without a runtime', { runtime: 'ollama' as never }, 'InferenceRuntime.ollama('],
    ['with an accelerator that no node has', { accelerator: Accelerators.amdGpu() }, 'amd.com/gpu'],
    ['with a size of models that is none', { models: 'huge' }, "write '10Gi'"],
  ])('%s', (_, props, message) => {
    const namespace = shop();
    server(props, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });
});
