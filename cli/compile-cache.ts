import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Node 22 and newer keep compiled code; not in the shared temporary folder, where others could write to it.
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'k3stack'));
