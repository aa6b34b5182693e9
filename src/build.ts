/** Set by the bundler. */
declare const BUILD: string;

/** Tells the bundles of one build from those of another; undefined where the sources themselves run. */
export const build: string | undefined = typeof BUILD === 'string' ? BUILD : undefined;
