import { text } from 'node:stream/consumers';
import { init } from '../../cli/commands/init';
import { reportError } from '../../cli/report-error';

// Runs `init` for each list of words that standard input names, and prints what became of each. It is a process of its own because in Jest a
// program and this package have different `Object`s.

interface Job {
  readonly args: readonly string[];
  readonly cwd: string;
}

async function runInit({ args, cwd }: Job): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const output = (stream: 'stdout' | 'stderr') => ({
    write: (chunk: string) => void (written[stream] += chunk),
  });
  const terminal = {
    cwd,
    env: {},
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: () => Promise.resolve(''),
  };
  try {
    const code = await init.run({ terminal, ...parsed(args) } as never);
    return { code, ...written };
  } catch (error) {
    return { code: reportError(error, terminal, false), ...written };
  }
}

function parsed(args: readonly string[]): { options: Record<string, unknown>; words: string[] } {
  const options: Record<string, unknown> = {};
  const words: string[] = [];
  for (const [name, definition] of Object.entries(init.options)) {
    const byDefault = { list: [], flag: false, switch: true, text: undefined, choice: undefined }[
      definition.kind
    ];
    options[name] = 'default' in definition ? definition.default : byDefault;
  }
  for (let at = 0; at < args.length; at++) {
    const name = args[at]?.startsWith('--') ? (args[at] as string).slice(2) : undefined;
    const kind = name === undefined ? undefined : init.options[name]?.kind;
    if (name === undefined) words.push(args[at] as string);
    else if (kind === 'flag') options[name] = true;
    else if (kind === 'list')
      options[name] = [...(options[name] as string[]), ...(args[++at] as string).split(',')];
    else options[name] = args[++at];
  }
  return { options, words };
}

void text(process.stdin).then(async (jobs) => {
  const results = [];
  for (const job of JSON.parse(jobs) as Job[]) results.push(await runInit(job));
  process.stdout.write(JSON.stringify(results));
});
