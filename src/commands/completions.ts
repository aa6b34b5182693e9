import { COMMANDS, FORMATS, GRAPH_FORMATS, OPTIONS, PRESETS } from '../arguments.ts';
import { UsageError } from '../usage.ts';
import { listed, nearest } from '../words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may follow an option, where it is one of few words. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  format: [...new Set([...FORMATS, ...GRAPH_FORMATS])],
  preset: PRESETS,
  promtool: ['auto', 'off'],
};

/** The text of a script that completes the program's words in a shell. Throws a `UsageError` for one that is not known. */
export function completions(shell: string): string {
  const options = Object.keys(OPTIONS).map((name) => `--${name}`);
  switch (shell) {
    case 'bash':
      return bash(options);
    case 'zsh':
      return zsh(options);
    case 'fish':
      return fish();
    default: {
      const close = nearest(shell, SHELLS);
      throw new UsageError(
        `completions wants ${listed(SHELLS, 'or')}, not "${shell}"${close === undefined ? '' : `; did you mean ${close}?`}`,
      );
    }
  }
}

const valueCases = (line: (option: string, words: string) => string): string =>
  Object.entries(VALUES)
    .map(([option, words]) => line(`--${option}`, words.join(' ')))
    .join('\n');

const bash = (options: readonly string[]): string => `# source <(monitoring-check completions bash)
_monitoring_check() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  case $before in
${valueCases((option, words) => `    ${option}) COMPREPLY=($(compgen -W '${words}' -- "$word")); return ;;`)}
    explain) COMPREPLY=($(compgen -W "$(monitoring-check rules --json | sed -n 's/^ *"id": "\\(.*\\)",$/\\1/p')" -- "$word")); return ;;
    completions) COMPREPLY=($(compgen -W '${SHELLS.join(' ')}' -- "$word")); return ;;
    --config|-c|--baseline) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W '${options.join(' ')}' -- "$word"))
  else
    COMPREPLY=($(compgen -d -- "$word"))
    [[ $COMP_CWORD -eq 1 ]] && COMPREPLY+=($(compgen -W '${COMMANDS.join(' ')}' -- "$word"))
  fi
}
complete -F _monitoring_check monitoring-check
`;

const zsh = (options: readonly string[]): string => `#compdef monitoring-check
# monitoring-check completions zsh > "\${fpath[1]}/_monitoring-check"
_monitoring_check() {
  case $words[CURRENT-1] in
${valueCases((option, words) => `    ${option}) compadd -- ${words}; return ;;`)}
    explain) compadd -- \${(f)"$(monitoring-check rules --json | sed -n 's/^ *"id": "\\(.*\\)",$/\\1/p')"}; return ;;
    completions) compadd -- ${SHELLS.join(' ')}; return ;;
    --config|-c|--baseline) _files; return ;;
  esac
  if [[ $words[CURRENT] == -* ]]; then
    compadd -- ${options.join(' ')}
  else
    (( CURRENT == 2 )) && compadd -- ${COMMANDS.join(' ')}
    _directories
  fi
}
compdef _monitoring_check monitoring-check
`;

function fish(): string {
  const first = "'not __fish_seen_subcommand_from " + `${COMMANDS.join(' ')}'`;
  return `# monitoring-check completions fish > ~/.config/fish/completions/monitoring-check.fish
complete -c monitoring-check -f -a '(__fish_complete_directories)'
complete -c monitoring-check -n ${first} -a '${COMMANDS.join(' ')}'
complete -c monitoring-check -n '__fish_seen_subcommand_from explain' -a '(monitoring-check rules --json | string match -rg \\'"id": "(.*)"\\')'
complete -c monitoring-check -n '__fish_seen_subcommand_from completions' -a '${SHELLS.join(' ')}'
${Object.entries(OPTIONS)
  .map(([name, option]) => {
    const short = 'short' in option ? ` -s ${option.short}` : '';
    const words = VALUES[name];
    const value =
      option.type === 'boolean' ? '' : words === undefined ? ' -r -F' : ` -x -a '${words.join(' ')}'`;
    return `complete -c monitoring-check -l ${name}${short}${value}`;
  })
  .join('\n')}
`;
}
