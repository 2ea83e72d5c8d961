/** Shells that have a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * Script that makes a shell ask `k3stack complete` at each TAB. What can stand where is decided there, once for all shells: a script knows
 * only how its shell takes an answer, one `value<TAB>description` a line, or `:files` or `:folders` where the shell knows better.
 */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

/** `compopt` is missing in the bash of macOS. */
const bash = String.raw`# k3stack completion bash >> ~/.bashrc
_k3stack() {
  local value rest current="${'${COMP_WORDS[COMP_CWORD]}'}"
  COMPREPLY=()
  while IFS=$'\t' read -r value rest; do
    case "$value" in
      :files) compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$current")) ;;
      :folders) compopt -o dirnames 2>/dev/null || COMPREPLY=($(compgen -d -- "$current")) ;;
      ?*) COMPREPLY+=("$value") ;;
    esac
  done < <("${'${COMP_WORDS[0]}'}" complete -- "${'${COMP_WORDS[@]:1:COMP_CWORD}'}" 2>/dev/null)
}
complete -F _k3stack k3stack
`;

const zsh = String.raw`#compdef k3stack
# k3stack completion zsh > ~/.zfunc/_k3stack, or: source <(k3stack completion zsh)
_k3stack() {
  local line
  local -a candidates
  for line in "${'${(@f)$("$words[1]" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}'}"; do
    case $line in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      ?*) candidates+=("${"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}"}") ;;
    esac
  done
  _describe -t values k3stack candidates
}
if [[ $funcstack[1] == _k3stack ]]; then
  _k3stack "$@"
else
  compdef _k3stack k3stack
fi
`;

const fish = String.raw`# k3stack completion fish > ~/.config/fish/completions/k3stack.fish
function __k3stack_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c k3stack -f -a '(__k3stack_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish };
