import { Construct } from 'constructs';
import type { Accelerator } from '../../lib/cluster/node';

export interface ExternalHostProps {
  /** Address or DNS name that pods reach it by. */
  readonly address: string;

  /** What it offers: name to TCP port, such as `{ ollama: 11434 }`. @default - nothing that the picture shows */
  readonly ports?: Readonly<Record<string, number>>;

  /** @default - none */
  readonly accelerators?: readonly Accelerator[];
}

/** A machine outside every cluster that workloads reach, such as a workstation with a GPU. It is shown, and never touched. */
export class ExternalHost extends Construct {
  constructor(
    scope: Construct,
    id: string,
    readonly props: ExternalHostProps,
  ) {
    super(scope, id);
    Object.defineProperty(this, EXTERNAL_HOST_MARK, { value: true });
  }

  get name(): string {
    return this.node.id;
  }

  /** Whether a construct is an external host, also when another copy of this package made it. */
  static is(construct: object): construct is ExternalHost {
    return EXTERNAL_HOST_MARK in construct;
  }
}

const EXTERNAL_HOST_MARK = Symbol.for('k3stack.ExternalHost');
