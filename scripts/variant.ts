import { variantFiles, variants, writeRepository } from '../test/support/fixtures.ts';

/**
 * Writes a broken variant of a reference stack to a folder, as the whole repository that it shows:
 * node scripts/run.mjs scripts/variant.ts k2-market-data/feed-handler-down-too-slow FOLDER
 * Without arguments it lists the variants.
 */
const [variant, folder] = process.argv.slice(2);
if (variant === undefined) console.log(variants().join('\n'));
else if (!variants().includes(variant) || folder === undefined) {
  console.error('scripts/variant.ts wants a variant, which it lists without arguments, and a folder');
  process.exitCode = 2;
} else writeRepository(folder, variantFiles(variant));
