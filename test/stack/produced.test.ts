import { describe, expect, test } from 'vitest';
import { memoryDisk } from '../../src/repo/disk.ts';
import { readFiles } from '../../src/repo/files.ts';
import { openRepository } from '../../src/repo/repository.ts';
import { producedBy } from '../../src/stack/produced.ts';

const JAR = 'monitoring/jmx_prometheus_javaagent-1.0.1.jar';

/** The file whose step makes a path, in a repository that holds these files. */
const producer = (files: Record<string, string>, path = JAR): string | undefined =>
  producedBy(readFiles(openRepository(memoryDisk(files))), path)?.path;

describe('a file that is not in the repository is made', () => {
  test.each([
    ['by a download to its path', 'curl -fsSL -o monitoring/jmx_prometheus_javaagent-1.0.1.jar "$url"'],
    ['by a download of its name', 'wget https://repo1.example.org/maven2/jmx_prometheus_javaagent-1.0.1.jar'],
    [
      'by a download with a version of its own',
      'wget -q "https://example.org/jmx_prometheus_javaagent-${VERSION}.jar"',
    ],
    [
      'through a variable',
      'jar=$root/monitoring/jmx_prometheus_javaagent-1.0.1.jar\nurl=x\ncurl -o "$jar.part" "$url"\nmv "$jar.part" "$jar"',
    ],
    ['over several lines', 'curl -fsSL \\\n  -o monitoring/jmx_prometheus_javaagent-1.0.1.jar \\\n  "$url"'],
    ['by a copy', 'cp ../shared/agent.jar ./monitoring/jmx_prometheus_javaagent-1.0.1.jar'],
    ['by a redirection', 'base64 -d < agent.b64 > monitoring/jmx_prometheus_javaagent-1.0.1.jar'],
  ])('%s', (_name, script) => {
    expect(producer({ 'get.sh': script, 'monitoring/x.yml': '' })).toBe('get.sh');
  });

  test('as the target of a Makefile', () => {
    expect(producer({ Makefile: `up: ${JAR}\n\tdocker compose up\n\n${JAR}:\n\t./get $@\n` })).toBe(
      'Makefile',
    );
  });

  test('and not by a variable of a Makefile that only mounts it', () => {
    const makefile = 'CHECK := docker run -v $(CURDIR)/statsd:/etc/statsd:ro example\n\ncheck:\n\t$(CHECK)\n';
    expect(producer({ Makefile: makefile }, 'statsd/mapping.yml')).toBeUndefined();
  });

  test('by Python', () => {
    expect(producer({ 'get.py': `urlretrieve(url, '${JAR}')` })).toBe('get.py');
  });

  test('with the folder that it stands in', () => {
    expect(
      producer({ 'start.sh': 'cp -r ../shared-assets/grafana ./assets\n' }, 'assets/provisioning/x.yml'),
    ).toBe('start.sh');
  });
});

describe('a file that is not in the repository is not made', () => {
  test.each([
    ['by a step that reads it', 'cp monitoring/jmx_prometheus_javaagent-1.0.1.jar /tmp/'],
    ['by a check of it', 'unzip -t monitoring/jmx_prometheus_javaagent-1.0.1.jar > /dev/null'],
    ['by a comment', '# curl -o monitoring/jmx_prometheus_javaagent-1.0.1.jar'],
    [
      'by a step for a file of a longer name',
      'curl -o monitoring/jmx_prometheus_javaagent-1.0.1.jar.sha256 "$url"',
    ],
  ])('%s', (_name, script) => {
    expect(producer({ 'get.sh': script, 'monitoring/x.yml': '' })).toBeUndefined();
  });

  test('by a Dockerfile, whose files are in its image', () => {
    expect(producer({ Dockerfile: `FROM x\nRUN curl -o /opt/${JAR} $url\n` })).toBeUndefined();
  });
});
