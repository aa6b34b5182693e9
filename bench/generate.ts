// Writes a repository of any size, in the shape of the reference stacks, to look into:
// node scripts/run.mjs bench/generate.ts FOLDER RULES DASHBOARDS SERVICES
import { writeRepository } from './repository.ts';

const [folder, ...counts] = process.argv.slice(2);
const [rules = 0, dashboards = 0, services = 0] = counts.map(Number);
if (folder === undefined || !counts.every((count) => /^\d+$/.test(count))) {
  console.error('usage: node scripts/run.mjs bench/generate.ts FOLDER RULES DASHBOARDS SERVICES');
  process.exitCode = 2;
} else {
  console.log(`${writeRepository(folder, { rules, dashboards, services })} files`);
}
