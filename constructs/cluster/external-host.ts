import { Construct } from 'constructs';
import type { Accelerator } from '../../lib/cluster/node';
import { withExamples } from '../../lib/late';
import {
  checkProps,
  describeValue,
  list,
  mapOf,
  number,
  object,
  text,
  wholeNumber,
} from '../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../violations';

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
  /** As the program gave them; without those that have not the form they must have. */
  readonly props: ExternalHostProps;

  constructor(scope: Construct, id: string, props: ExternalHostProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, externalHostShape);
    this.props = { address: '', ...sound };
    addCheck(this, () => (problems.length > 0 ? problems : addressViolations(this.props.address)));
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

function addressViolations(address: string): ConstructViolation[] {
  if (ADDRESS.test(withExamples(address))) return [];
  const problem = `must be an address or a DNS name, got ${describeValue(address)}`;
  return [{ rule: 'external-host', property: 'address', problem, fix: "write address: '192.0.2.10'" }];
}

/** What IPv4, IPv6 and DNS names are made of. */
const ADDRESS = /^[\w.:-]{1,253}$/;

/** Form of the props, for programs without types. */
const externalHostShape = object(
  {
    address: text,
    ports: mapOf(wholeNumber(1, 65535)),
    accelerators: list(
      object({ resource: text, runtimeClass: text, label: text, count: number }, 'resource'),
    ),
  },
  'address',
);

const EXTERNAL_HOST_MARK = Symbol.for('k3stack.ExternalHost');
