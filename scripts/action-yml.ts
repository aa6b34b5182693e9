import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { INPUTS, OUTPUTS } from '../src/action-inputs.ts';

/** Writes action.yml from the inputs and outputs that the action knows. */
const action = {
  name: 'monitoring-check',
  description:
    "Reads a repository's monitoring as one system and says whether someone will be told when a critical path breaks",
  branding: { icon: 'activity', color: 'green' },
  inputs: Object.fromEntries(
    Object.entries(INPUTS).map(([name, { description, default: value }]) => [
      name,
      { description, required: false, default: value },
    ]),
  ),
  outputs: Object.fromEntries(Object.entries(OUTPUTS).map(([name, description]) => [name, { description }])),
  runs: { using: 'node24', main: 'dist/action.js' },
};
writeFileSync(
  'action.yml',
  `# Written by scripts/action-yml.ts from src/action-inputs.ts.\n${stringify(action, { lineWidth: 0, defaultStringType: 'PLAIN' })}`,
);
