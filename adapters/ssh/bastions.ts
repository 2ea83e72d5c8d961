import type { Client } from 'ssh2';
import { hopText, type Hop } from './hop';
import { openHop } from './open-hop';
import type { Identities } from './identities';

/** A bastion that is connected to, for as long as somebody needs it. */
export interface HeldBastion {
  readonly client: Client;
  release(): void;
}

/** One connection to each bastion, however many hosts are behind it: a bastion drops logins when many come at once. */
export class Bastions {
  private readonly held = new Map<string, { readonly client: Promise<Client>; users: number }>();

  /** @throws what {@link openHop} throws. */
  async hold(hop: Hop, identities: Identities): Promise<HeldBastion> {
    const key = `${hop.user}@${hop.host}:${hop.port} ${hop.hostKey}`;
    const entry = this.held.get(key) ?? this.add(key, hop, identities);
    entry.users++;
    try {
      const client = await entry.client;
      let released = false;
      const release = (): void => {
        if (released) return;
        released = true;
        entry.users--;
        if (entry.users > 0) return;
        if (this.held.get(key) === entry) this.held.delete(key);
        client.end();
      };
      return { client, release };
    } catch (error) {
      entry.users--;
      throw error;
    }
  }

  private add(
    key: string,
    hop: Hop,
    identities: Identities,
  ): { readonly client: Promise<Client>; users: number } {
    const client = openHop(hop, identities, () => Promise.resolve(undefined));
    const entry = { client, users: 0, name: hopText(hop) };
    const forget = (): void => {
      if (this.held.get(key) === entry) this.held.delete(key);
    };
    this.held.set(key, entry);
    client.then((opened) => opened.once('close', forget), forget);
    return entry;
  }
}
