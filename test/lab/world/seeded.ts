/** Numbers from 0 to 1 that are the same for a seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: `K3STACK_LAB_SEED`, or one by chance. */
export function labSeed(): number {
  const given = process.env['K3STACK_LAB_SEED'];
  return given === undefined || given === '' ? Math.floor(Math.random() * 1_000_000) : Number(given);
}
