import { Node, type IConstruct } from 'constructs';
import type { Origin, Origins } from '../../lib/origins';
import type { Environment } from '../environment';

/** A frame of a call stack, as V8 describes it. */
export type Frame = NodeJS.CallSite;

/**
 * Notes which line of the program makes which construct, for previews only: nothing of it is part of a synthesis. What no line of the program made
 * itself, such as what a preset makes when everything else is known, has the origin of the construct around it.
 */
export class OriginRecorder {
  /** By the root of the tree: one environment may build another one meanwhile. */
  private readonly trees = new WeakMap<IConstruct, Map<string, Origin>>();

  /** @param originOf Place of a frame in the program; `undefined` for a frame of a library. */
  constructor(private readonly originOf: (frame: Frame) => Origin | undefined) {}

  /** Calls a function, and notes what it makes. */
  record<T>(build: () => T): T {
    const prototype = Node.prototype as unknown as Growing;
    const plain = prototype.addChild;
    const note = this.note.bind(this);
    prototype.addChild = function noting(this: Node, child, id) {
      plain.call(this, child, id); // refuses a name that is taken
      note(this, id, noting);
    };
    try {
      return build();
    } finally {
      prototype.addChild = plain;
    }
  }

  /** Origins of everything in an environment that was built inside of {@link record}. */
  of(environment: Environment): Origins {
    const noted = this.trees.get(environment);
    const origins = new Map<string, Origin>();
    const visit = ({ node }: IConstruct, outer: Origin | undefined): void => {
      const origin = noted?.get(node.path) ?? outer;
      if (origin !== undefined && node.path !== '') origins.set(node.path, origin);
      for (const child of node.children) visit(child, origin);
    };
    visit(environment, undefined);
    return origins;
  }

  private note(parent: Node, id: string, above: Growing['addChild']): void {
    const origin = firstOf(framesAbove(above), this.originOf);
    if (origin === undefined) return;
    const root = parent.root;
    const tree = this.trees.get(root) ?? new Map<string, Origin>();
    this.trees.set(root, tree);
    tree.set(parent.path === '' ? id : `${parent.path}/${id}`, origin);
  }
}

/** The method that the constructor of each node calls, with the name that its path gets. */
interface Growing {
  addChild: (this: Node, child: IConstruct, id: string) => void;
}

/** The frames of the callers of a function, the innermost first. */
function framesAbove(called: (...args: never[]) => unknown): readonly Frame[] {
  const { stackTraceLimit } = Error;
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = DEPTH;
    Error.prepareStackTrace = (_, frames) => frames;
    Error.captureStackTrace(holder, called);
    return Array.isArray(holder.stack) ? (holder.stack as Frame[]) : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    // Node tells a function that is absent from one that is undefined.
    if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', prepare);
  }
}

function firstOf<T, R>(values: readonly T[], find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** More than a program's helpers and a library's classes come to; a frame that is not asked for costs little. */
const DEPTH = 100;
