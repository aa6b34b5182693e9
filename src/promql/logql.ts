import { parser } from '@grafana/lezer-logql';
import { variablesIn } from './grafana.ts';

/** Whether a text is LogQL by its syntax, with Grafana's variables put in where there are any. */
export function isLogql(text: string): boolean {
  let plain = '';
  let at = 0;
  for (const { span } of variablesIn(text)) {
    plain += text.slice(at, span.start);
    const isRange = /\[\s*$/.test(plain);
    plain += isRange ? (/^[a-z]/.test(text.slice(span.end)) ? '5' : '5m') : 'x';
    at = span.end;
  }
  plain += text.slice(at);
  const cursor = parser.parse(plain).cursor();
  do if (cursor.type.isError) return false;
  while (cursor.next());
  return plain.trim() !== '';
}
