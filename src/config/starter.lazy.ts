import { Document, YAMLMap } from 'yaml';
import type { Chain } from '../coverage/chain.ts';
import { formatSeconds } from '../promql/duration.ts';
import { listed, shortList } from '../words.ts';
import { LINKS } from './config.ts';
import { SCHEMA } from './starter.ts';

/** A bound is suggested with room for a slower day: the next of these above what was worked out, in seconds. */
const BOUNDS = [60, 120, 180, 300, 600, 900, 1800, 3600, 7200];

/**
 * The text of a first `monitoring-check.yml`: the paths that were inferred, spelled out, with what is known
 * of each in comments. A check with it proves what a check without it proves.
 */
export function starterConfig(chains: readonly Chain[]): string {
  const document = new Document({ paths: [] });
  document.commentBefore = [
    ` yaml-language-server: $schema=${SCHEMA}`,
    '',
    ' The critical paths of this repository: what must not break without somebody being told.',
    ' They were inferred from what Prometheus scrapes. Take out what may break unseen, add what is missing,',
    ' and say how soon somebody must know: detect-within is the longest time from the breaking to the alert.',
  ].join('\n');
  chains.forEach((chain, index) => {
    const item = pathNode(document, chain);
    item.spaceBefore = index > 0;
    document.addIn(['paths'], item);
  });
  return document.toString({ lineWidth: 110, flowCollectionPadding: false });
}

/** A path with what is known of it in comments: its alerts, a bound that it meets, and the gaps of its chain. */
function pathNode(document: Document, chain: Chain): YAMLMap {
  const { members, name } = chain.path;
  const services = [...new Set(members.flatMap(({ container }) => container?.service.name ?? []))];
  const jobs = [...new Set(members.map(({ job }) => job.name))];
  const item = new YAMLMap();
  item.set('name', name);
  if (services.length > 0) item.set('services', document.createNode(services, { flow: true }));
  item.set('jobs', document.createNode(jobs, { flow: true }));

  const gaps = LINKS.filter((link) => chain.links[link].state === 'gap');
  const fastest = Math.min(...chain.alerts.map(({ detection }) => detection.total));
  const bound = BOUNDS.find((seconds) => seconds >= fastest);
  const alerts = shortList(chain.alerts.map((alert) => alert.name));
  item.comment = [
    alerts === ''
      ? 'no alert watches it'
      : `watched by ${alerts}, the fastest within ${formatSeconds(fastest)}`,
    ...(gaps.length === 0 ? [] : [`not ${listed(gaps, 'or')}`]),
    ...(bound === undefined ? [] : [`detect-within: ${formatSeconds(bound)}`]),
  ]
    .map((line) => ` ${line}`)
    .join('\n');
  return item;
}
