import { patternFrom } from '../pattern.ts';
import type { Files } from '../repo/files.ts';
import { isReadable } from '../repo/repository.ts';
import type { Container } from './container.ts';
import type { JmxAgent } from './jmx.ts';
import { type JavaReading, javaReading } from './knowledge/java.ts';

/** What a container hands to its JVM; undefined where its image, or what its build adds to it, is not known. */
export function readingOf(container: Container): JavaReading | undefined {
  const reading = container.image === undefined ? undefined : javaReading(container.image);
  return reading === undefined || (!reading.runsJvm && bringsJvm(container)) ? undefined : reading;
}

/** Whether the variable that holds an agent's option certainly reaches no JVM. */
export function isUnread({ container, variable }: JmxAgent, files: Files): boolean {
  const reading = readingOf(container);
  return (
    reading !== undefined &&
    variable !== undefined &&
    variable !== 'ENABLE_JMX_EXPORTER' &&
    !reading.variables.includes(variable) &&
    !isReadByOwnFiles(container, variable, files)
  );
}

/** Whether the steps of its image may have put a JVM into a base that has none. */
const bringsJvm = ({ recipe, service }: Container): boolean =>
  service.build !== undefined &&
  (recipe === undefined ||
    recipe.runs.some(({ text }) => /jre|jdk|java|corretto|temurin/i.test(text)) ||
    recipe.copies.some(({ isFromElsewhere }) => isFromElsewhere));

/** Whether a script of the repository that runs in a container, or its own command, reads a variable. */
export function isReadByOwnFiles(container: Container, variable: string, files: Files): boolean {
  const { args, env, recipe } = container;
  const mentions = patternFrom(`\\b${variable}\\b`);
  if (args.some(({ text }) => mentions.test(text))) return true;
  if ([...env].some(([name, { text }]) => name !== variable && mentions.test(text))) return true;
  if (recipe?.runs.some(({ text }) => mentions.test(text))) return true;
  return container.below('/').found.some(({ path }) => {
    const text = files.repo.text(path);
    // What a comment says of it hands it to nobody.
    return isReadable(text) && mentions.test(text.text.replace(/^\s*#.*$/gm, ''));
  });
}
