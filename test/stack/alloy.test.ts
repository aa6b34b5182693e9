import { describe, expect, test } from 'vitest';
import { sourceText } from '../../src/repo/text.ts';
import { blocksNamed, readAlloy, referencesIn } from '../../src/stack/alloy.ts';

const read = (text: string) => readAlloy(sourceText('config.alloy', text));

describe('Alloy configurations', () => {
  test('are blocks with labels, attributes and blocks inside', () => {
    const file = read(`// where logs go
loki.write "default" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push" // inside the network
  }
}
`);
    const [write] = blocksNamed(file, 'loki.write');
    expect(file.isComplete).toBe(true);
    expect(write?.label).toBe('default');
    expect(write?.blocks[0]?.attributes.get('url')?.text).toBe('http://loki:3100/loki/api/v1/push');
  });

  test('hold lists of objects, and references to other components', () => {
    const file = read(`prometheus.scrape "apps" {
  targets = [
    {"__address__" = "api:8000", "team" = "core"},
    {__address__ = sys.env("HOST")},
  ]
  scrape_interval = "15s"
  forward_to      = [prometheus.remote_write.default.receiver]
}`);
    const [scrape] = file.blocks;
    const targets = scrape?.attributes.get('targets')?.items ?? [];
    expect(file.isComplete).toBe(true);
    expect(targets[0]?.fields?.get('__address__')?.text).toBe('api:8000');
    expect(targets[1]?.fields?.get('__address__')?.text).toBeUndefined();
    expect(referencesIn(scrape?.attributes.get('forward_to'))).toEqual([
      { name: 'prometheus.remote_write', label: 'default' },
    ]);
  });

  test('know where a value stands', () => {
    const text = 'logging {\n  level = "debug"\n}\n';
    const [logging] = read(text).blocks;
    const span = logging?.attributes.get('level')?.span;
    expect(text.slice(span?.start, span?.end)).toBe('"debug"');
  });

  test('keep an expression as text', () => {
    const [block] = read(
      'a "b" {\n  x = concat(one.two.targets, [{"a" = "}"}])\n  y = 1 + 2\n  z = true\n}',
    ).blocks;
    expect(block?.attributes.get('x')?.expression).toBe('concat(one.two.targets, [{"a" = "}"}])');
    expect(block?.attributes.get('y')?.text).toBeUndefined();
    expect(block?.attributes.get('z')?.text).toBe('true');
  });

  test.each(['a "b" {', 'a = [1, 2', '}}', 'x "y', 'a b c', '[{(', 'a = {b = [{c = ['])(
    'say that %j was not read to its end',
    (text) => {
      expect(read(text).isComplete).toBe(false);
    },
  );
});
