/** A moment as the queue knew it: its own clock beside the one on the wall. */
export interface Anchor {
  readonly tick: number;
  readonly time: number;
}

/**
 * Ages are told by a clock that cannot jump: it goes on with the machine's monotonic time while the program runs, and takes the time in which it did not run
 * from the clock on the wall, but never less than none.
 */
export class QueueClock {
  private readonly start: number;

  constructor(
    private readonly base: number,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.start = monotonic();
  }

  /** The clock after a restart. */
  static after(anchor: Anchor | undefined, wall: number, monotonic?: () => number): QueueClock {
    return new QueueClock(anchor === undefined ? 0 : anchor.tick + downtime(anchor, wall), monotonic);
  }

  /** Milliseconds since the queue was made. */
  tick(): number {
    return Math.floor(this.base + this.monotonic() - this.start);
  }
}

function downtime({ time }: Anchor, wall: number): number {
  return time < FIRST_PLAUSIBLE ? 0 : Math.max(0, wall - time);
}

/** Boards without a battery start in 1970 or on the day their image was made; what they say then tells nothing. */
const FIRST_PLAUSIBLE = Date.UTC(2025, 0, 1);
