import type { Tri } from '../promql/tri.ts';
import { exists } from '../repo/node.ts';
import type { Container } from './container.ts';

/**
 * Whether Docker is told how to see that a container is healthy: by compose, by its Dockerfile or by its
 * image. Docker's official images bring no health check (docker-library FAQ, "Healthcheck").
 */
export function isHealthChecked({ service, recipe, facts }: Container): Tri {
  if (service.healthcheck?.isDisabled === true) return 'no';
  const test = service.field('healthcheck', 'test');
  if (test !== undefined && exists(test) && test.value !== null) return 'yes';
  if (service.build !== undefined && recipe === undefined) return 'maybe';
  if (recipe?.hasHealthcheck === true) return 'yes';
  const image = service.build === undefined ? service.image?.text : recipe?.base;
  if (facts?.hasHealthcheck !== undefined) return facts.hasHealthcheck ? 'yes' : 'no';
  return image !== undefined && isOfficial(image) ? 'no' : 'maybe';
}

/** Whether an image is one of Docker's official ones: a bare name on Docker Hub. */
const isOfficial = (image: string): boolean =>
  /^(?:(?:docker\.io\/)?library\/)?[a-z0-9][\w.-]*(?::[\w.-]+)?(?:@sha256:\w+)?$/.test(image);
