import { setTimeout as sleep } from 'node:timers/promises';

/** Lets bytes pass at a rate: each waits for those before it. */
export class Bandwidth {
  private freeAt = 0;

  /** @param bytesPerSecond 0 for no limit */
  constructor(
    private readonly bytesPerSecond: number,
    private readonly now: () => number = () => performance.now(),
    private readonly wait: (milliseconds: number) => Promise<unknown> = sleep,
  ) {}

  /** Bytes to hand on at once, so that the line is used evenly: half a second's worth. */
  get pieceBytes(): number {
    return this.bytesPerSecond === 0 ? Infinity : Math.max(256, Math.min(16_384, this.bytesPerSecond / 2));
  }

  /** Resolves when so many bytes may go. */
  async take(bytes: number): Promise<void> {
    if (this.bytesPerSecond === 0) return;
    const now = this.now();
    const start = Math.max(now, this.freeAt);
    this.freeAt = start + (bytes / this.bytesPerSecond) * 1000;
    if (start > now) await this.wait(start - now);
  }
}
