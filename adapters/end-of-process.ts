/** Calls `end` when this process ends, by itself or by a signal, which goes on to do what it does; until the returned function is called. */
export function onEndOfProcess(end: () => void): () => void {
  const release = (): void => {
    process.off('exit', end);
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    end();
    release();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on('exit', end);
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return release;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
