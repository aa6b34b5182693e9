import { defineRule } from '../../src/lint/rule.ts';
import {
  type BindSource,
  type SourceFault,
  sourceFaults,
  sourcePlace,
} from '../../src/stack/compose/binds.ts';
import { counted } from '../../src/words.ts';

const COMPOSE = `services:
  kafka-connect:
    image: confluentinc/cp-kafka-connect:7.9.0
    environment:
      KAFKA_OPTS: -javaagent:/opt/jmx/agent.jar=9404:/opt/jmx/connect.yml
    volumes:
      - ./jmx/agent.jar:/opt/jmx/agent.jar:ro
      - ./jmx/connect.yml:/opt/jmx/connect.yml:ro
`;
const CONNECT = 'lowercaseOutputName: true\nrules:\n  - pattern: ".*"\n';

export const rule = defineRule({
  id: 'compose/bind-source-downloaded',
  severity: 'warning',
  summary: 'A mounted file is made by a step that has to run before the stack is started.',
  why: `The file is not in git: a script or a Makefile makes or downloads it. Whoever starts the stack without that
step gets no error. Docker creates an empty folder in place of the file, the container does not find what it needs, and
the step fails later, because the folder is in its way. A script that makes the file and starts the stack in one is not
reported.`,
  fix: `Make sure that nothing starts the stack without the step: let one script do both, build the file into an image,
or keep it in git. With the long syntax and \`create_host_path: false\`, Docker refuses to start instead. When the step
always runs first, silence this with a comment that says so.`,
  bad: {
    files: {
      'docker-compose.yml': COMPOSE,
      'jmx/connect.yml': CONNECT,
      'scripts/get-agent.sh': `#!/bin/sh
curl -fsSL -o jmx/agent.jar "https://example.com/jmx_prometheus_javaagent-1.5.0.jar"
`,
    },
    at: ['docker-compose.yml:7:9'],
  },
  good: {
    files: {
      'docker-compose.yml': COMPOSE,
      'jmx/connect.yml': CONNECT,
      'jmx/agent.jar': 'PK and so on',
      'scripts/get-agent.sh': '#!/bin/sh\necho nothing to do\n',
    },
  },
  check({ system, report }) {
    const groups = new Map<string, Made[]>();
    for (const { source, fault } of sourceFaults(system)) {
      if (fault.kind !== 'made' || fault.isTied) continue;
      // One step may make many files: who runs it has them all.
      const key = fault.by.path;
      groups.set(key, [...(groups.get(key) ?? []), { source, fault }]);
    }
    for (const group of groups.values()) {
      const [{ source, fault }, ...others] = group as [Made, ...Made[]];
      const paths = new Set(group.map(({ source: { path } }) => path));
      const more = paths.size > 1 ? ` and ${counted(paths.size - 1, 'other mounted file')}` : '';
      report({
        at: sourcePlace(source.mount),
        message: `"${source.path}"${more} ${paths.size > 1 ? 'are' : 'is'} not in git: unless "${fault.by.path}" has ${fault.by.isRecipe ? 'been built' : 'run'} first, Docker creates an empty folder of that name and mounts it at "${source.target}"`,
        help: `start the stack only through a step that ${fault.by.isRecipe ? 'builds' : 'runs'} "${fault.by.path}" first, or keep the file in git`,
        related: [
          { at: fault.by.place, message: 'made here' },
          ...others.slice(0, 3).map(({ source: other }) => ({
            at: sourcePlace(other.mount),
            message: `"${other.path}" is mounted here`,
          })),
        ],
      });
    }
  },
});

interface Made {
  readonly source: BindSource;
  readonly fault: Extract<SourceFault, { kind: 'made' }>;
}
