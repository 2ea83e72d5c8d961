import { OPERATOR_PORT } from '../switch';
import type { Fault, NoOptions } from './fault';

/** The host's cable is pulled: it sees that its interface has no carrier. */
export const linkCut: Fault<NoOptions> = {
  summary: "the host's network cable is pulled",
  where: 'network',
  apply: (host) => host.cable.lay('link-cut', host.cable.command('link', 'set', host.switchPort, 'down')),
  undo: (host) => host.cable.remove('link-cut', host.cable.command('link', 'set', host.switchPort, 'up')),
};

/** Nothing passes between the host and the operator; it still reaches other hosts, through which it can be reached. */
export const isolated: Fault<NoOptions> = {
  summary: 'nothing passes between the host and the operator, while other hosts reach it',
  where: 'network',
  apply: (host) => host.network.separate(host.switchPort, OPERATOR_PORT),
  undo: (host) => host.network.join(host.switchPort, OPERATOR_PORT),
};

/** Nothing passes between two hosts. */
export const cutFrom: Fault<{ readonly host: string }> = {
  summary: 'nothing passes between the host and another one',
  example: { host: 'bravo' },
  where: 'network',
  apply: (host, options) => host.network.separate(host.switchPort, host.portOf(options.host)),
  undo: (host, options) => host.network.join(host.switchPort, host.portOf(options.host)),
};
