import { withExamples } from '../../lib/late';
import {
  anyText,
  byKey,
  checkProps,
  describeValue,
  list,
  mapOf,
  object,
  text,
  wholeNumber,
  type Shape,
  type ShapeProblem,
} from '../../lib/rules/shape';
import { isSecretSource, type SecretSource } from '../../lib/secret';
import { environmentValueShape, type EnvironmentVariables } from './environment-variables';

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
  /**
   * Ollama with some models, such as `llama3.2:3b`; those that are on the disk already are not asked for again. Runs on processors and on GPUs of NVIDIA
   * and AMD, of which the latter need nodes of `amd64`.
   */
  ollama: (options: {
    readonly models: readonly string[];
    readonly image?: string;
    readonly keepAlive?: string;
  }): Runtime =>
    made(options, optionShapes.ollama, ({ models = [], image, keepAlive = '30m' }) => ({
      images: image === undefined ? OLLAMA : everywhere(image),
      port: 11_434,
      healthPath: '/api/version',
      args: ['serve'],
      env: {
        OLLAMA_HOST: '0.0.0.0:11434',
        OLLAMA_MODELS: '/models',
        OLLAMA_KEEP_ALIVE: keepAlive,
        HOME: '/tmp',
      },
      prepare: ['sh', '-c', PULL, 'pull', ...models],
      user: 65_532,
    })),

  /** vLLM with one model of Hugging Face, such as `Qwen/Qwen2.5-1.5B-Instruct`. */
  vllm: (options: {
    readonly model: string;
    readonly image?: string;

    /** Of Hugging Face, for models that ask for one. @default - none */
    readonly token?: SecretSource;

    /** Key that requests must carry. @default - none: the NetworkPolicy decides who may ask */
    readonly apiKey?: SecretSource;
    readonly args?: readonly string[];
  }): Runtime =>
    made(options, optionShapes.vllm, ({ model = '', image, token, apiKey, args = [] }) => ({
      images: image === undefined ? { 'nvidia.com/gpu': VLLM } : everywhere(image),
      port: 8000,
      healthPath: '/health',
      command: ['vllm', 'serve'],
      args: [model, '--host', '0.0.0.0', '--port', '8000', ...args],
      env: {
        HOME: '/models',
        HF_HOME: '/models/huggingface',
        VLLM_CACHE_ROOT: '/models/vllm',
        VLLM_NO_USAGE_STATS: '1',
        ...(token && { HF_TOKEN: token }),
        ...(apiKey && { VLLM_API_KEY: apiKey }),
      },
      user: 2000, // `vllm` of the image, the one it is made to run as besides root
    })),

  /** llama.cpp's server with one model: a file below `/models`, or `huggingFace: 'owner/name:quant'`. */
  llamaCpp: (
    options: ({ readonly file: string } | { readonly huggingFace: string }) & {
      readonly image?: string;
      readonly args?: readonly string[];
    },
  ): Runtime =>
    made<LlamaCppOptions>(options, optionShapes.llamaCpp, ({ file, huggingFace = '', image, args = [] }) => ({
      images: image === undefined ? LLAMA_CPP : everywhere(image),
      port: 8080,
      healthPath: '/health',
      args: [
        ...(file === undefined ? ['--hf-repo', huggingFace] : ['--model', `/models/${file}`]),
        '--host',
        '0.0.0.0',
        '--port',
        '8080',
        ...args,
      ],
      env: { LLAMA_CACHE: '/models', HOME: '/tmp' },
      user: 65_532,
    })),

  /** Any other server, such as OpenVINO's on an NPU. Models belong into `/models`. */
  custom: (options: {
    readonly image: string;
    readonly port: number;
    readonly healthPath: string;
    readonly user: number;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly env?: EnvironmentVariables;
  }): Runtime =>
    made(options, optionShapes.custom, (sound) => ({
      images: everywhere(sound.image ?? 'none:0'),
      port: sound.port ?? 8080,
      healthPath: sound.healthPath ?? '/',
      ...(sound.command && { command: sound.command }),
      args: sound.args ?? [],
      env: sound.env ?? {},
      user: sound.user ?? 65_532,
    })),
} as const;

interface LlamaCppOptions {
  readonly file?: string;
  readonly huggingFace?: string;
  readonly image?: string;
  readonly args?: readonly string[];
}

/** A runtime of the options that can be used; what is wrong with the others comes with it, for the construct that gets it to say. */
function made<Options extends object>(
  options: Options,
  shape: Shape,
  make: (sound: Partial<Options>) => Runtime,
): Runtime {
  const problems = shape(options, []);
  const runtime = make(checkProps(options, shape).sound);
  return problems.length === 0 ? runtime : Object.assign(runtime, { [PROBLEMS]: problems });
}

/** Found across copies of this package, and in copies of a runtime. */
const PROBLEMS: unique symbol = Symbol.for('k3stack.runtimeProblems') as never;

/** Image of a runtime for an accelerator's resource; `undefined` when it has none for it. */
export function imageOf({ images }: Runtime, resource: string | undefined): string | undefined {
  const key = resource ?? 'cpu';
  return (Object.hasOwn(images, key) ? images[key] : undefined) ?? images['*'];
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

/**
 * ollama/ollama: tag v0.32.15 (b7871fc0d). One image for processors and NVIDIA, another for AMD: docs/docker.mdx; its tag, and that it is for amd64 only:
 * ollama/ollama@fb30760:.github/workflows/release.yaml (docker-merge-push, suffix `-rocm`).
 */
const OLLAMA = {
  cpu: 'docker.io/ollama/ollama:0.32.15',
  'nvidia.com/gpu': 'docker.io/ollama/ollama:0.32.15',
  'amd.com/gpu': 'docker.io/ollama/ollama:0.32.15-rocm',
};

/** vllm 0.33.0 on PyPI; the name of the image and its user: vllm-project/vllm@0231979:docs/deployment/docker.md. */
const VLLM = 'docker.io/vllm/vllm-openai:v0.33.0';

/** Names of the variants: ggml-org/llama.cpp@30255fc:docs/docker.md; build b8840, of which all three were found in use. */
const LLAMA_CPP = {
  cpu: 'ghcr.io/ggml-org/llama.cpp:server-b8840',
  'nvidia.com/gpu': 'ghcr.io/ggml-org/llama.cpp:server-cuda-b8840',
  'gpu.intel.com/i915': 'ghcr.io/ggml-org/llama.cpp:server-vulkan-b8840',
  'amd.com/gpu': 'ghcr.io/ggml-org/llama.cpp:server-vulkan-b8840',
};

/** Never repeats what it got. */
const secretSource: Shape = (value, at) => {
  if (isSecretSource(value)) return [];
  const problem = `must be a secret, got ${typeof value === 'string' ? 'text' : typeof value}`;
  return [{ at, problem, fix: "write SecretRef.fromConfig('hugging-face')" }];
};

const healthPath: Shape = (value, at) =>
  typeof value === 'string' && /^\/\S*$/.test(withExamples(value))
    ? []
    : [{ at, problem: `must be a path, got ${describeValue(value)}`, fix: "write healthPath: '/health'" }];

const image: Shape = (value, at) => (value === undefined ? [] : text(value, at));
const args = list(anyText);
const port = wholeNumber(1, 65_535);
const user = wholeNumber(1, 2 ** 31 - 1);
const env = mapOf(environmentValueShape);

const optionShapes = {
  ollama: object({ models: list(text), image, keepAlive: text }, 'models'),
  vllm: object({ model: text, image, token: secretSource, apiKey: secretSource, args }, 'model'),
  llamaCpp: byKey({
    file: object({ file: text, image, args }, 'file'),
    huggingFace: object({ huggingFace: text, image, args }, 'huggingFace'),
  }),
  custom: object(
    { image, port, healthPath, user, command: args, args, env },
    'image',
    'port',
    'healthPath',
    'user',
  ),
};

const plainRuntime = object(
  { images: mapOf(image), port, healthPath, command: args, args, env, prepare: args, user },
  'images',
  'port',
  'healthPath',
  'args',
  'env',
  'user',
);

/** Form of a {@link Runtime}. */
export const runtimeShape: Shape = (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const problem = `must be a runtime, got ${describeValue(value)}`;
    return [{ at, problem, fix: "write InferenceRuntime.ollama({ models: ['llama3.2:3b'] })" }];
  }
  const { [PROBLEMS]: problems } = value as { readonly [PROBLEMS]?: readonly ShapeProblem[] };
  return problems === undefined
    ? plainRuntime(value, at)
    : problems.map((problem) => ({ ...problem, at: [...at, ...problem.at] }));
};
