export const replacing =
  (pattern: string | RegExp, replacement: string) =>
  (text: string): string =>
    text.replace(pattern, replacement);

/** An edit of one service's lines. */
export const inService =
  (name: string, edit: (block: string) => string) =>
  (text: string): string =>
    text.replace(new RegExp(`^  ${name}:\\n(?:(?:    .*)?\\n)+`, 'm'), edit);

/** A service with a field more, which it must not have already. */
export const withField = (name: string, field: string): ((text: string) => string) =>
  inService(name, (block) =>
    block.includes(`\n    ${field.split(':')[0]}:`)
      ? block
      : block.replace(/(\n {4}image: .*\n)/, `$1    ${field}\n`),
  );

/** An alert more in the first group, with everything that an alert should have. */
export const withAlert = (
  expr: string,
  more: { label?: string; summary?: string } = {},
): ((text: string) => string) =>
  replacing(
    /^( +)rules:\n/m,
    `$1rules:\n$1  - alert: Mutant\n$1    expr: ${expr}\n$1    for: 5m\n$1    labels:\n$1      severity: warning\n${
      more.label ? `$1      ${more.label}\n` : ''
    }$1    annotations:\n$1      summary: '${more.summary ?? 'A mutant'}'\n$1      description: A mutant\n`,
  );

export const UP_ALERT = /expr: up\{job="([\w-]+)"\} == 0/;
export const OTHER_TARGET = /targets: \["(?!localhost|alertmanager)([\w-]+):(\d+)"\]/;
