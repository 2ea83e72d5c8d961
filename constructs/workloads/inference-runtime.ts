import { describeValue, type Shape } from '../../lib/rules/shape';
import type { SecretSource } from '../../lib/secret';
import type { EnvironmentVariables } from './environment-variables';

/** A program that answers requests by a model: how its image is started. Made by {@link InferenceRuntime}. */
export interface Runtime {
  /** Image for processors, and for accelerators by the resource they are requested as. */
  readonly images: { readonly cpu?: string; readonly [resource: string]: string | undefined };
  readonly port: number;

  /** Answers with success when models can be used. */
  readonly healthPath: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: EnvironmentVariables;

  /** Run before the server, in its image and with its volumes: brings models onto the disk. @default - the server does it itself */
  readonly prepare?: readonly string[];

  /** User of the process. */
  readonly user: number;
}

/** Makers of {@link Runtime}. Models are kept in `/models`, on the volume of the server. */
export const InferenceRuntime = {
  /** Ollama with some models, such as `llama3.2:3b`; those that are on the disk already are not asked for again. */
  ollama: (options: {
    readonly models: readonly string[];
    readonly image?: string;
    readonly keepAlive?: string;
  }): Runtime => ({
    images: everywhere(options.image ?? OLLAMA),
    port: 11_434,
    healthPath: '/api/version',
    args: ['serve'],
    env: {
      OLLAMA_HOST: '0.0.0.0:11434',
      OLLAMA_MODELS: '/models',
      OLLAMA_KEEP_ALIVE: options.keepAlive ?? '30m',
      HOME: '/tmp',
    },
    prepare: ['sh', '-c', PULL, 'pull', ...options.models],
    user: 65_532,
  }),

  /** vLLM with one model of Hugging Face, such as `Qwen/Qwen2.5-1.5B-Instruct`. */
  vllm: (options: {
    readonly model: string;
    readonly image?: string;

    /** Of Hugging Face, for models that ask for one. @default - none */
    readonly token?: SecretSource;

    /** Key that requests must carry. @default - none: the NetworkPolicy decides who may ask */
    readonly apiKey?: SecretSource;
    readonly args?: readonly string[];
  }): Runtime => ({
    images: options.image === undefined ? { 'nvidia.com/gpu': VLLM } : everywhere(options.image),
    port: 8000,
    healthPath: '/health',
    command: ['vllm', 'serve'],
    args: [options.model, '--host', '0.0.0.0', '--port', '8000', ...(options.args ?? [])],
    env: {
      HOME: '/models',
      HF_HOME: '/models/huggingface',
      VLLM_CACHE_ROOT: '/models/vllm',
      VLLM_NO_USAGE_STATS: '1',
      ...(options.token && { HF_TOKEN: options.token }),
      ...(options.apiKey && { VLLM_API_KEY: options.apiKey }),
    },
    user: 2000, // `vllm` of the image, the one it is made to run as besides root
  }),

  /** llama.cpp's server with one model: a file below `/models`, or `huggingFace: 'owner/name:quant'`. */
  llamaCpp: (
    options: ({ readonly file: string } | { readonly huggingFace: string }) & {
      readonly image?: string;
      readonly args?: readonly string[];
    },
  ): Runtime => ({
    images: options.image === undefined ? LLAMA_CPP : everywhere(options.image),
    port: 8080,
    healthPath: '/health',
    args: [
      ...('file' in options ? ['--model', `/models/${options.file}`] : ['--hf-repo', options.huggingFace]),
      '--host',
      '0.0.0.0',
      '--port',
      '8080',
      ...(options.args ?? []),
    ],
    env: { LLAMA_CACHE: '/models', HOME: '/tmp' },
    user: 65_532,
  }),

  /** Any other server, such as OpenVINO's on an NPU. Models belong into `/models`. */
  custom: (options: {
    readonly image: string;
    readonly port: number;
    readonly healthPath: string;
    readonly user: number;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly env?: EnvironmentVariables;
  }): Runtime => ({
    images: everywhere(options.image),
    port: options.port,
    healthPath: options.healthPath,
    ...(options.command && { command: options.command }),
    args: options.args ?? [],
    env: options.env ?? {},
    user: options.user,
  }),
} as const;

/** Image of a runtime for an accelerator's resource; `undefined` when it has none for it. */
export function imageOf({ images }: Runtime, resource: string | undefined): string | undefined {
  return images[resource ?? 'cpu'] ?? images['*'];
}

function everywhere(image: string): Runtime['images'] {
  return { '*': image };
}

/** Starts a server of its own for as long as it pulls; what is there already needs no network. */
const PULL = [
  'set -eu',
  'ollama serve >/tmp/serve.log 2>&1 & server=$!',
  'until ollama list >/dev/null 2>&1; do kill -0 "$server" || { cat /tmp/serve.log >&2; exit 1; }; sleep 1; done',
  'for model in "$@"; do ollama show "$model" >/dev/null 2>&1 || ollama pull "$model"; done',
  'kill "$server"',
].join('\n');

/** ollama/ollama: tag v0.32.15 (b7871fc0d); one image for processors, NVIDIA and Vulkan, its Dockerfile and docs/docker.mdx. */
const OLLAMA = 'docker.io/ollama/ollama:0.32.15';

/** vllm 0.33.0 on PyPI; the name of the image and its user: vllm-project/vllm@0231979:docs/deployment/docker.md. */
const VLLM = 'docker.io/vllm/vllm-openai:v0.33.0';

/** Names of the variants: ggml-org/llama.cpp@30255fc:docs/docker.md; build b8840, of which all three were found in use. */
const LLAMA_CPP = {
  cpu: 'ghcr.io/ggml-org/llama.cpp:server-b8840',
  'nvidia.com/gpu': 'ghcr.io/ggml-org/llama.cpp:server-cuda-b8840',
  'gpu.intel.com/i915': 'ghcr.io/ggml-org/llama.cpp:server-vulkan-b8840',
  'amd.com/gpu': 'ghcr.io/ggml-org/llama.cpp:server-vulkan-b8840',
};

/** Form of a {@link Runtime}. */
export const runtimeShape: Shape = (value, at) => {
  const { images, port, args } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<Runtime>;
  if (typeof images === 'object' && typeof port === 'number' && Array.isArray(args)) return [];
  return [
    {
      at,
      problem: `must be a runtime, got ${describeValue(value)}`,
      fix: "write InferenceRuntime.ollama({ models: ['llama3.2:3b'] })",
    },
  ];
};
