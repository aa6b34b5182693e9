import { defineRule } from '../../src/lint/rule.ts';
import { isUnknown } from '../../src/stack/compose/interpolate.ts';
import type { Container } from '../../src/stack/container.ts';
import { imageTag } from '../../src/stack/knowledge/images.ts';
import { composed } from '../../src/stack/system.ts';
import { shortList } from '../../src/words.ts';

const compose = (tag: string): string => `services:
  prometheus:
    image: prom/prometheus${tag}
    volumes:
      - prometheus-data:/prometheus
volumes:
  prometheus-data:
`;

export const rule = defineRule({
  id: 'compose/image-not-pinned',
  severity: 'notice',
  peers: ['dclint service-image-require-explicit-tag'],
  summary: 'A monitoring image without a fixed version.',
  why: `Each machine runs what was newest when it last pulled. A new major version of Prometheus, Grafana or Loki refuses
flags, configuration or dashboards that the last one took, and the day on which that happens is nobody's choice. Checks
against a version, this one's included, do not tell what will run.`,
  fix: 'Name a version, such as `prom/prometheus:v3.5.0`, and let a bot propose newer ones.',
  bad: { files: { 'docker-compose.yml': compose('') }, at: ['docker-compose.yml:3:12'] },
  good: { files: { 'docker-compose.yml': compose(':v3.5.0') } },
  check({ system, report }) {
    const byFile = new Map<string, Loose[]>();
    for (const { container } of composed(system)) {
      const loose = looseImage(container);
      if (loose === undefined) continue;
      const { path } = loose.node.doc.source;
      const known = byFile.get(path) ?? [];
      if (!known.some(({ name }) => name === loose.name)) byFile.set(path, [...known, loose]);
    }
    for (const group of byFile.values()) {
      const [first, ...others] = group as [Loose, ...Loose[]];
      const names = shortList(group.map(({ name }) => `"${name}"`));
      report({
        at: { node: first.node },
        message: `the ${group.length === 1 ? 'image' : 'images'} of ${names} ${group.length === 1 ? `${first.why}` : 'have no fixed version'}: what runs depends on the day of the last pull`,
        help: `name a version, as in ${first.image}:${first.image.includes('grafana/grafana') ? '12.0.2' : 'v1.2.3'}`,
        related: others.map(({ node, name }) => ({ at: { node }, message: `the image of "${name}"` })),
      });
    }
  },
});

interface Loose {
  readonly name: string;
  readonly image: string;
  readonly node: NonNullable<Container['service']['image']>['node'];
  readonly why: string;
}

/** Tags that move from version to version. */
const MOVING = /^(?:latest|main|master|edge|nightly|dev|develop|stable|unstable|snapshot)$/;

function looseImage({ service, facts }: Container): Loose | undefined {
  const { image, build, name } = service;
  if (image === undefined || build !== undefined || facts === undefined || facts.role === 'app')
    return undefined;
  if (isUnknown(image.text)) return undefined;
  const tag = imageTag(image.text);
  if (tag !== undefined && !MOVING.test(tag)) return undefined;
  return {
    name,
    image: image.text.replace(/:[^/:]*$/, ''),
    node: image.node,
    why: tag === undefined ? 'has no version' : `is "${tag}", which is no fixed version`,
  };
}
