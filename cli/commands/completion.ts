import { ExitCode } from '../../lib/errors';
import { nearest } from '../../lib/nearest';
import { defineCommand } from '../command';
import { completionScript, SHELLS } from '../completion-scripts';
import { UsageError } from '../report-error';

/** `k3stack completion`: the script a shell loads. */
export const completion = defineCommand({
  arguments: [{ name: 'shell', help: SHELLS.join(', '), required: true, suggest: SHELLS }],
  options: {},
  epilog: [
    'bash: k3stack completion bash >> ~/.bashrc',
    'zsh:  k3stack completion zsh > ~/.zfunc/_k3stack, with ~/.zfunc in fpath',
    'fish: k3stack completion fish > ~/.config/fish/completions/k3stack.fish',
  ].join('\n'),
  run({ terminal, words: [word = ''] }) {
    const shell = SHELLS.find((name) => name === word);
    if (shell === undefined) {
      const near = nearest(word, SHELLS);
      throw new UsageError(
        `no completion for '${word}'; ${near === undefined ? `write one of ${SHELLS.join(', ')}` : `did you mean '${near}'?`}`,
      );
    }
    terminal.stdout.write(completionScript(shell));
    return ExitCode.ok;
  },
});
