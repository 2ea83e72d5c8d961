import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './disk';

/** Messages that upstream will never take, kept as files of JSON for people to look at. */
export class Refused {
  private readonly kept = new Map<string, { readonly bytes: number; readonly tick: number }>();

  private constructor(
    private readonly directory: string,
    private readonly limit: number,
  ) {}

  /** @param limit Bytes of all files together. */
  static async open(directory: string, limit: number): Promise<Refused> {
    await mkdir(directory, { recursive: true });
    const refused = new Refused(directory, limit);
    for (const name of await readdir(directory)) {
      const tick = /^\d{16}-(\d+)\.json$/.exec(name)?.[1];
      if (tick === undefined) await unlink(join(directory, name));
      else refused.kept.set(name, { bytes: (await stat(join(directory, name))).size, tick: Number(tick) });
    }
    return refused;
  }

  get count(): number {
    return this.kept.size;
  }

  get bytes(): number {
    return [...this.kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Puts a message on disk; `false` where there is no more room for such, and nothing was written. */
  async keep(seq: number, tick: number, json: string): Promise<boolean> {
    const data = Buffer.from(json);
    if (this.bytes + data.length > this.limit) return false;
    const name = `${String(seq).padStart(16, '0')}-${tick}.json`;
    const path = join(this.directory, name);
    const handle = await open(`${path}.new`, 'w');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.new`, path);
    await syncDirectory(this.directory);
    this.kept.set(name, { bytes: data.length, tick });
    return true;
  }

  /** Removes those taken before a time of the queue's clock. */
  async expire(before: number): Promise<void> {
    for (const [name, { tick }] of this.kept) {
      if (tick >= before) continue;
      await unlink(join(this.directory, name));
      this.kept.delete(name);
    }
  }
}
