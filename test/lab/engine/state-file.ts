import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What a state keeps of a resource. */
export interface SavedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;

  /** Secrets marked as the SDK does. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;

  /** URNs. */
  readonly dependencies: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly custom: boolean;
  readonly deletedWith: string;
  readonly deleteBeforeReplace: boolean;
  readonly parent: string;
}

/** Resources of a stack on disk, written after each operation, so that a run that is killed leaves what it had done. */
export class StateFile {
  private resources: Map<string, SavedResource>;

  constructor(private readonly file: string) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '[]';
    this.resources = new Map((JSON.parse(text) as SavedResource[]).map((entry) => [entry.urn, entry]));
  }

  /** In the order in which they were made. */
  get all(): readonly SavedResource[] {
    return [...this.resources.values()];
  }

  get(urn: string): SavedResource | undefined {
    return this.resources.get(urn);
  }

  save(entry: SavedResource): void {
    this.resources.set(entry.urn, entry);
    this.write();
  }

  remove(urn: string): void {
    this.resources.delete(urn);
    this.write();
  }

  forget(): void {
    this.resources = new Map();
    rmSync(this.file, { force: true });
  }

  private write(): void {
    writeFileSync(`${this.file}.tmp`, JSON.stringify(this.all, undefined, 1), { mode: 0o600 });
    renameSync(`${this.file}.tmp`, this.file);
  }
}
