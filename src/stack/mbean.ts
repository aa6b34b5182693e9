import { patternFrom } from '../pattern.ts';
/**
 * What the patterns of a JMX exporter's rules are matched against: one text for each attribute,
 * `domain<property=value, property=value><key, …>attribute: value` (JMX exporter documentation, "Rules").
 * A pattern is looked for anywhere in it, and the first rule that matches takes the attribute.
 */

/** Whether a pattern matches every attribute there is. */
export const isCatchAll = (pattern: string): boolean =>
  pattern === '' || /^\^?\(?(?:\?:)?\.[*+]\??\)?\$?$/.test(pattern);

/** The part of a pattern before its first `<`, when it is no more than a name: the MBean's domain. */
export function domainOf(pattern: string): string | undefined {
  const written = /^\^?([^<]+)</.exec(pattern)?.[1];
  if (written === undefined) return undefined;
  const literal = written.replace(/\\([.\-_])/g, '$1');
  return /^[\w.-]+$/.test(literal) ? literal : undefined;
}

/** Why no attribute's text can match a pattern, whatever the JVM has; undefined where one may. */
export function mismatch(pattern: string): string | undefined {
  if (/["[\]]/.test(pattern)) return undefined;
  if (!pattern.includes('<') && /^\^?[\w.\\-]+:(?:type|name|id)=/.test(pattern))
    return 'it is written as an object name, and is matched against domain<type=…, name=…><>attribute: value';
  const properties = /^[^<]*<([^>]*)>/.exec(pattern)?.[1];
  const joined = properties && /,(?=[A-Za-z][\w-]*=)/.exec(properties);
  return joined ? 'properties are joined by a comma and a space, and it has only a comma' : undefined;
}

/** Whether a list of object names, such as `includeObjectNames`, has MBeans of a domain. */
export function hasDomain(objectNames: readonly string[], domain: string): boolean {
  return objectNames.some((name) => {
    const pattern = name.split(':')[0] ?? '';
    const regex = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    // A dot in a rule's pattern may stand for any sign.
    return patternFrom(`^${regex}$`).test(domain) || pattern === '';
  });
}
