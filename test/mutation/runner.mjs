// Runs tests for Stryker within one process, where the program is loaded once for many mutants: through vitest's own
// runner, each mutant would wait seconds for some hundred modules.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

/** What test/mutation/bundle.mjs writes, in the folder of the mutated copy. */
const BUNDLE = 'mutation-tests.mjs';
/** What one process learnt in the run without a mutant, for the others. */
const LEARNT = 'mutation-learnt.json';

/** Through this the mutated code asks which mutant is active, and says which ones it met. */
const stryker = {};

let loads = 0;
/** The program and its tests, loaded while no mutant was active. */
let clean;
/** The mutants that are met while files are loaded, and how long each test takes, in milliseconds. */
let learnt;

/** Loads the program and its tests anew, with the mutant that is active; the tests by the id that Stryker knows them by. */
async function load() {
  const { collected, forget } = await import(`${pathToFileURL(resolve(BUNDLE))}?${loads++}`);
  return { forget, tests: new Map(collected.map((test) => [`${test.file} > ${test.name}`, test])) };
}

async function runTest({ tests, forget }, id) {
  const { file, name, run } = tests.get(id);
  forget();
  stryker.currentTestId = id;
  const start = performance.now();
  let outcome = { status: TestStatus.Success };
  try {
    await run();
  } catch (error) {
    outcome = { status: TestStatus.Failed, failureMessage: String(error?.message ?? error) };
  }
  stryker.currentTestId = undefined;
  return { id, name, fileName: resolve(file), timeSpentMs: performance.now() - start, ...outcome };
}

async function dryRun() {
  clean = await load();
  const results = [];
  for (const id of clean.tests.keys()) results.push(await runTest(clean, id));
  const { mutantCoverage } = stryker;
  learnt = {
    onLoad: Object.keys(mutantCoverage.static),
    durations: Object.fromEntries(results.map(({ id, timeSpentMs }) => [id, timeSpentMs])),
  };
  writeFileSync(LEARNT, JSON.stringify(learnt));
  // A test that met no mutant may catch one of a constant, where nothing else of its file is mutated.
  const perTest = Object.fromEntries(results.map(({ id }) => [id, mutantCoverage.perTest[id] ?? {}]));
  return {
    status: DryRunStatus.Complete,
    tests: results,
    mutantCoverage: { static: {}, perTest: metInRooms({ static: mutantCoverage.static, perTest }) },
  };
}

/** Which tests are to catch the mutants of a file: those of its own room. What catches them by chance is not asked. */
const ROOMS = [
  [/^src\/promql\//, /^test\/promql\//],
  [/^src\/coverage\//, /^test\/coverage\//],
  [/^rules\//, /^test\/rules[./]/],
];

/** More often than any other mutant is met. */
const OFTEN = 1e6;

/**
 * What each test met of the mutants that it is to catch. A mutant that is met while its file is loaded may change
 * whatever the file does later, so each test that met another mutant of the file has met it; every test of the room,
 * where the file has no other ones.
 */
function metInRooms({ static: onLoad, perTest }) {
  const inRooms = Object.fromEntries(Object.keys(perTest).map((id) => [id, {}]));
  for (const { file, mutants } of mutantsByFile()) {
    const [, tests] = ROOMS.find(([files]) => files.test(file)) ?? [];
    const room = Object.keys(perTest).filter((id) => tests?.test(id));
    for (const id of room)
      for (const mutant of mutants) if (mutant in perTest[id]) inRooms[id][mutant] = perTest[id][mutant];
    const near = room.filter((id) => mutants.some((mutant) => mutant in perTest[id] && !(mutant in onLoad)));
    for (const mutant of mutants.filter((one) => one in onLoad))
      for (const id of near.length > 0 ? near : room) inRooms[id][mutant] ??= OFTEN;
  }
  return inRooms;
}

/** The mutants in each file of the bundle, before which a comment names it. */
function mutantsByFile() {
  const parts = readFileSync(BUNDLE, 'utf8').split(/^\/\/ (?=\w+\/.*\.ts$)/m);
  return parts.map((text) => ({
    file: text.slice(0, text.indexOf('\n')),
    mutants: [...text.matchAll(/stryMutAct_\w+\("(\d+)"\)/g)].map(([, id]) => id),
  }));
}

async function mutantRun({ activeMutant: { id: mutant }, testFilter, hitLimit }) {
  stryker.activeMutant = undefined;
  learnt ??= JSON.parse(readFileSync(LEARNT, 'utf8'));
  clean ??= await load();
  Object.assign(stryker, { activeMutant: mutant, hitCount: 0, hitLimit });
  let loaded = clean;
  if (learnt.onLoad.includes(mutant)) {
    try {
      loaded = await load();
    } catch (error) {
      return { status: MutantRunStatus.Killed, killedBy: [], failureMessage: String(error), nrOfTests: 0 };
    }
  }
  const quickFirst = [...testFilter].sort((one, other) => learnt.durations[one] - learnt.durations[other]);
  const results = [];
  for (const id of quickFirst) {
    results.push(await runTest(loaded, id));
    if (results.at(-1).status === TestStatus.Failed) break;
  }
  const limited = determineHitLimitReached(stryker.hitCount, hitLimit);
  return toMutantRunResult(limited ?? { status: DryRunStatus.Complete, tests: results });
}

/** Stryker's test runner. */
function inProcess() {
  return {
    capabilities: () => ({ reloadEnvironment: true }),
    async init() {
      globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] = stryker;
    },
    dryRun,
    mutantRun,
  };
}

/** What a rule says of itself for people, and the examples, which are tests of it. */
const DOCUMENTATION = new Set(['summary', 'why', 'fix', 'reference', 'peers', 'bad', 'good']);

/** Mutants there would tell nothing of what the program does. */
const documentation = {
  shouldIgnore: ({ node, parentPath }) =>
    node.type === 'ObjectProperty' &&
    DOCUMENTATION.has(node.key.name) &&
    parentPath.parentPath?.node.callee?.name === 'defineRule'
      ? 'documentation'
      : undefined,
};

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', inProcess),
  declareValuePlugin(PluginKind.Ignore, 'documentation', documentation),
];
