import { expect, test } from 'vitest';
import { junitReport } from '../../src/report/junit.ts';
import { checkFiles } from '../support/check.ts';
import { finding } from '../support/findings.ts';

const NOTHING = checkFiles({});

test('an error and a warning fail, a notice is skipped, and the counts say so', () => {
  const findings = [
    finding('a/one', 'x.yml', 3, { message: 'a "quoted" <thing>', help: 'mend & go on' }),
    finding('a/two', 'x.yml', 7, { severity: 'notice', message: 'hygiene' }),
    finding('a/one', 'y.yml', 1, { severity: 'warning' }),
  ];
  expect(junitReport({ ...NOTHING, findings })).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="monitoring-check" tests="3" failures="2" errors="0" skipped="1">
      <testsuite name="x.yml" tests="2" failures="1" errors="0" skipped="1">
        <testcase name="a/one (3:3)" classname="x.yml">
          <failure type="error" message="a &quot;quoted&quot; &lt;thing&gt;">x.yml:3:3&#10;a &quot;quoted&quot; &lt;thing&gt;&#10;mend &amp; go on</failure>
        </testcase>
        <testcase name="a/two (7:3)" classname="x.yml">
          <skipped message="hygiene"/>
        </testcase>
      </testsuite>
      <testsuite name="y.yml" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="a/one (1:3)" classname="y.yml">
          <failure type="warning" message="what is wrong in y.yml">y.yml:1:3&#10;what is wrong in y.yml</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test('a critical path is a test of its own', () => {
  const result = checkFiles({
    'docker-compose.yml':
      'services:\n  api: {image: example/api:1.0}\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro"]\n',
    'prometheus.yml': 'scrape_configs:\n  - job_name: api\n    static_configs: [{targets: ["api:80"]}]\n',
  });
  expect(junitReport(result)).toContain(
    '<testcase name="api" classname="critical paths">\n      <failure type="gap" message="alerted: ',
  );
});

test('without anything to tell there is still a test that passed', () => {
  expect(junitReport(NOTHING)).toContain('<testcase name="nothing found" classname="monitoring-check"/>');
});
