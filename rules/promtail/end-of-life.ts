import { defineRule } from '../../src/lint/rule.ts';
import { promtails } from '../../src/stack/promtail.ts';

const compose = (image: string): string => `services:
  logs:
    image: ${image}
    volumes:
      - /var/log:/var/log:ro
`;

export const rule = defineRule({
  id: 'promtail/end-of-life',
  severity: 'notice',
  summary: 'Promtail, which is no longer maintained.',
  why: `Promtail reached its end of life in March 2026: it gets no more fixes, not even for security. Its successor is
Alloy, which also reads metrics and traces.`,
  fix: `Move to Alloy: \`alloy convert --source-format=promtail\` turns Promtail's configuration into Alloy's.`,
  bad: {
    files: { 'docker-compose.yml': compose('grafana/promtail:3.4.2') },
    at: ['docker-compose.yml:3:12'],
  },
  good: { files: { 'docker-compose.yml': compose('grafana/alloy:v1.10.0') } },
  check({ system, report }) {
    for (const { container } of promtails(system)) {
      const node = container?.service.image?.node;
      if (node === undefined) continue;
      report({
        at: { node },
        message: 'Promtail reached its end of life in March 2026, and gets no more fixes',
        help: 'move to Alloy: alloy convert --source-format=promtail makes its configuration of this one',
      });
    }
  },
});
