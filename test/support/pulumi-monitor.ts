import * as grpc from '@grpc/grpc-js';
import * as pulumi from '@pulumi/pulumi';
import * as callbackGrpc from '@pulumi/pulumi/proto/callback_grpc_pb';
import * as callbackProto from '@pulumi/pulumi/proto/callback_pb';
import * as resourceProto from '@pulumi/pulumi/proto/resource_pb';
import type * as structProto from 'google-protobuf/google/protobuf/struct_pb';

/** A resource as a program registered it, options included. Secrets of its inputs are wrapped in {@link SecretInput}. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;

  /** URNs that it waits for, those of its inputs included; sorted. */
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly deletedWith: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly string[];
  readonly hooks: { readonly beforeCreate: readonly string[]; readonly beforeUpdate: readonly string[] };
}

/** How the SDK marks a secret on its way. */
export interface SecretInput {
  readonly '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270';
  readonly value: unknown;
}

/** What the engine's part does for a resource: its id and outputs, which have its inputs in them as well. */
export interface EnginePart {
  create(
    registration: Registration,
  ): Promise<{ readonly id: string; readonly state: Readonly<Record<string, unknown>> }>;
}

/** What a program run needs. */
export interface ProgramRun {
  readonly program: () => unknown;
  readonly project?: string;
  readonly stack?: string;
  readonly preview?: boolean;

  /** Full key to value: `{ 'k3stack:workloads': 'none' }`. */
  readonly config?: Readonly<Record<string, string>>;

  /** The same, encrypted. */
  readonly secretConfig?: Readonly<Record<string, string>>;
}

/** Official mocks, with what they leave out: options of resources, and hooks. */
export class MonitorRun {
  readonly registrations: Registration[] = [];
  private readonly pending = new Map<string, Registration>();
  private readonly hooks = new Map<string, callbackProto.Callback>();
  private fail: (error: unknown) => void = () => undefined;
  private readonly failed = new Promise<never>((_, reject) => {
    this.fail = reject;
  });

  /** Names of hooks in the order they were registered. */
  get hookNames(): string[] {
    return [...this.hooks.keys()];
  }

  constructor(private readonly engine: EnginePart) {
    this.failed.catch(() => undefined);
  }

  /** Runs a program to its end, and gives its outputs. Failures of {@link EnginePart.create} fail it. */
  async run({
    program,
    project = 'project',
    stack = 'stack',
    preview = false,
    ...values
  }: ProgramRun): Promise<unknown> {
    const { config = {}, secretConfig = {} } = values;
    pulumi.runtime.setAllConfig({ ...config, ...secretConfig }, Object.keys(secretConfig));
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name }) => this.answer(this.pending.get(`${type}|${name}`) as Registration),
        call: ({ token }) => {
          throw new Error(`no function was expected to be called, got ${token}`);
        },
      },
      project,
      stack,
      preview,
    );
    this.extend(pulumi.runtime.getMonitor() as unknown as Monitor);
    try {
      return await Promise.race([this.finished(program), this.failed]);
    } catch (error) {
      // What never answers would be told as promises that leaked.
      await pulumi.runtime.setMocks({ newResource: () => NOTHING, call: () => ({}) });
      throw error;
    }
  }

  /** The SDK makes of a program's failure an unhandled rejection, on which a process ends; so it is kept from it. */
  private async finished(program: () => unknown): Promise<unknown> {
    const failures: unknown[] = [];
    const outputs = await pulumi.runtime.runInPulumiStack(async () => {
      try {
        return (await program()) as Record<string, unknown>;
      } catch (error) {
        failures.push(error);
        return {};
      }
    });
    await pulumi.runtime.disconnect();
    if (failures.length > 0) throw failures[0];
    return outputs;
  }

  /** A resource that fails never answers: what waits for it must not go on, and the run ends. */
  private async answer(registration: Registration): Promise<pulumi.runtime.MockResourceResult> {
    try {
      const { id, state } = await this.engine.create(registration);
      return { id, state };
    } catch (error) {
      this.fail(error);
      return await new Promise(() => undefined);
    }
  }

  /** Calls a hook as an engine does. */
  async callHook(name: string, registration: Registration): Promise<void> {
    const callback = this.hooks.get(name);
    if (callback === undefined) throw new Error(`no hook ${name} was registered`);
    const request = new resourceProto.ResourceHookRequest();
    request.setUrn(registration.urn);
    request.setName(registration.name);
    request.setType(registration.type);
    const invocation = new callbackProto.CallbackInvokeRequest();
    invocation.setToken(callback.getToken());
    invocation.setRequest(request.serializeBinary());
    const client = new callbackGrpc.CallbacksClient(callback.getTarget(), grpc.credentials.createInsecure());
    try {
      const answer = await new Promise<callbackProto.CallbackInvokeResponse>((resolve, reject) =>
        client.invoke(invocation, (error: Error | null, response: callbackProto.CallbackInvokeResponse) =>
          error === null ? resolve(response) : reject(error),
        ),
      );
      const error = resourceProto.ResourceHookResponse.deserializeBinary(
        answer.getResponse_asU8(),
      ).getError();
      if (error !== '') throw new Error(error);
    } finally {
      client.close();
    }
  }

  private extend(monitor: Monitor): void {
    monitor.newUrn = urnOf;
    const original = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      const registration = registrationOf(request);
      this.registrations.push(registration);
      this.pending.set(`${registration.type}|${registration.name}`, registration);
      return original(request, callback);
    };
    monitor.registerResourceHook = (request, callback) => {
      this.hooks.set(request.getName(), request.getCallback() as callbackProto.Callback);
      callback(null, {});
    };
  }
}

const NOTHING = { id: '', state: {} };

/** The part of the SDK's mock monitor that is used here. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(
    request: resourceProto.RegisterResourceRequest,
    callback: (error: Error | null, response?: unknown) => void,
  ): Promise<void>;
  registerResourceHook?: (
    request: resourceProto.RegisterResourceHookRequest,
    callback: (error: Error | null, response: unknown) => void,
  ) => void;
}

function registrationOf(request: resourceProto.RegisterResourceRequest): Registration {
  const hooks = request.getHooks();
  return {
    urn: urnOf(request.getParent(), request.getType(), request.getName()),
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: pulumi.runtime.deserializeProperties(request.getObject() as structProto.Struct),
    dependencies: [...request.getDependenciesList()].sort(),
    provider: request.getProvider(),
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deletedWith: request.getDeletedwith(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasesList().map((alias) => alias.getUrn() || (alias.getSpec()?.getType() ?? '')),
    hooks: {
      beforeCreate: hooks?.getBeforeCreateList() ?? [],
      beforeUpdate: hooks?.getBeforeUpdateList() ?? [],
    },
  };
}

/** As the engine makes it: with the types of all components around, the stack excepted. */
function urnOf(parent: string, type: string, name: string): string {
  const around = parent.split('::')[2] ?? '';
  const qualified = around === '' || around === 'pulumi:pulumi:Stack' ? type : `${around}$${type}`;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${qualified}::${name}`;
}

/** The value, whether or not it is marked as a secret. */
export function plain(input: unknown): unknown {
  return isSecret(input) ? input.value : input;
}

/** Whether a value is marked as a secret. */
export function isSecret(input: unknown): input is SecretInput {
  return (
    typeof input === 'object' &&
    input !== null &&
    (input as Record<string, unknown>)['4dabf18193072939515e22adb298388d'] ===
      '1b47061264138c4ac30d75fd1eb44270'
  );
}
