/** The text of `--help`: what there is to do. A command's own help has its options. */
export const HELP = `monitoring-check reads a repository's monitoring as one system and says whether
someone will be told when a critical path breaks.

  monitoring-check [check] [DIR]   check a folder (default: this one)
  monitoring-check drill [DIR]     prove with promtool that each alert can fire
  monitoring-check smoke [DIR]     boot the stack and look whether it works
  monitoring-check graph [DIR]     the system as a picture
  monitoring-check init [DIR]      write a first configuration and the workflow
  monitoring-check explain RULE    why a rule is there and how to mend
  monitoring-check rules           every rule (--json for programs)

  monitoring-check completions bash|zsh|fish

  monitoring-check COMMAND --help  the options of a command
  monitoring-check --version

Status: 0 nothing at error level, 1 findings, 2 it could not be done as asked.
`;

/** The text of `check --help`. */
export const CHECK_HELP = `monitoring-check [check|drill|smoke] [DIR]

  -f, --format FORMAT[=FILE]  pretty, github, markdown, json, sarif, junit or
                              html; may be repeated, with files
  -c, --config FILE           instead of monitoring-check.yml in DIR
      --preset PRESET         recommended (default) or strict
      --rule ID=SEVERITY      error, warning, notice or off; ID may be area/*
      --max-warnings N        more warnings than N end with status 1
      --new-since REF         only what has come since a commit
      --baseline FILE         leave out what the file knows
      --write-baseline        write what is found to that file
      --fix                   mend what has exactly one right mending
      --dry-run               show what --fix would do, as a diff
      --promtool PATH         auto (default), off, or the one to ask
      --drill                 prove with promtool that each alert can fire
      --write-tests DIR       keep the drill's tests, for promtool test rules
      --smoke[=WHAT]          boot the stack: auto, all or SERVICE,…
      --smoke-timeout 5m      how long the boot may take
      --smoke-logs DIR        keep the logs of what failed
      --allow-host-access     boot what may reach into the host
  -q, --quiet                 errors only
      --timings               what took how long, on standard error
      --color, --no-color     not as the terminal is
`;

/** The text of `graph --help`. */
export const GRAPH_HELP = `monitoring-check graph [DIR]

  -f, --format FORMAT[=FILE]  mermaid (default), dot, json or html
  -c, --config FILE           instead of monitoring-check.yml in DIR
`;

/** The help of a command, or of the whole program. */
export function helpOf(command: string | undefined): string {
  return ['check', 'drill', 'smoke'].includes(command ?? '')
    ? CHECK_HELP
    : command === 'graph'
      ? GRAPH_HELP
      : HELP;
}
