import type { File, Files } from '../repo/files.ts';
import { child, items, type Node, textEntries, textItems, textOf } from '../repo/node.ts';
import { dirname, resolvePath } from '../repo/path.ts';
import { globMatcher } from './container.ts';

/** A file of promtool rule unit tests. */
export interface RuleTestFile {
  readonly file: File;
  readonly ruleFiles: readonly {
    readonly node: Node;
    readonly pattern: string;
    readonly paths: readonly string[];
  }[];
  readonly alertTests: readonly AlertTest[];
}

/** One `alert_rule_test`: what an alert is expected to do at a time. */
export interface AlertTest {
  readonly node: Node;
  readonly alertname: string;
  readonly expected: readonly { readonly node: Node; readonly labels: ReadonlyMap<string, string> }[];
}

/** Reads a rule unit test; its `rule_files` count from its own folder (Prometheus documentation, "Unit testing for rules"). */
export function readRuleTests(file: File, files: Files): RuleTestFile {
  const folder = dirname(file.path);
  return {
    file,
    ruleFiles: textItems(child(file.node, 'rule_files')).map(({ text, node }) => {
      const path = text.startsWith('/') ? undefined : resolvePath(folder, text);
      const matches = path === undefined ? () => false : globMatcher(path);
      return { node, pattern: text, paths: files.repo.paths.filter((other) => matches(other)) };
    }),
    alertTests: items(child(file.node, 'tests')).flatMap((test) =>
      items(child(test, 'alert_rule_test')).flatMap((node) => {
        const alertname = textOf(child(node, 'alertname'));
        if (alertname === undefined) return [];
        const expected = items(child(node, 'exp_alerts')).map((alert) => ({
          node: alert,
          labels: new Map(
            [...textEntries(child(alert, 'exp_labels'))].map(([name, { text }]) => [name, text]),
          ),
        }));
        return [{ node, alertname, expected }];
      }),
    ),
  };
}
