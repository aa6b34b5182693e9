import { RULES } from '../rules/index.ts';
import { PEERS, type Peer } from '../rules/shared/peers.ts';

/** The page that sets the checks of other tools beside the rules that cover them. */
export function comparisonPage(): string {
  const checks = PEERS.flatMap((peer) => peer.checks);
  const leftOut = checks.filter((check) => check.leftOut !== undefined).length;
  return `# What other tools check

Written by \`scripts/comparison.ts\` from \`rules/shared/peers.ts\` and from the rules, which say themselves what they cover.
Of ${checks.length} checks of ${PEERS.length} tools, ${checks.length - leftOut} are covered and ${leftOut} left out, each for the reason that stands here. Rules in
*italics* belong to the preset \`strict\`.

${PEERS.map(section).join('\n')}`;
}

function section(peer: Peer): string {
  const rows = peer.checks.map(({ name, about, leftOut }) => {
    const covering = RULES.filter(({ peers }) => peers.includes(`${peer.tool} ${name}`));
    const links = covering.map(({ id, preset }) => {
      const link = `[${id}](rules/${id}.md)`;
      return preset === 'strict' ? `*${link}*` : link;
    });
    return `| ${name} | ${about.replace(/\|/g, '\\|')} | ${leftOut === undefined ? links.join(', ') : `left out: ${leftOut}`} |`;
  });
  return `## ${peer.title}\n\nRead in ${peer.source}.\n\n| check | looks for | here |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}
