import fc from 'fast-check';

/** How often a property is tried: some hundreds at each change, 10,000 times where somebody asks for it. */
export const RUNS = Number(process.env.MONITORING_CHECK_RUNS ?? 300);
/** Another seed makes other cases. */
export const SEED = Number(process.env.MONITORING_CHECK_SEED ?? 20_260_101);

/** Tries a property with the same cases each time; what fails is shown as the smallest case that does. */
export function holds<Value>(cases: fc.Arbitrary<Value>, property: (value: Value) => void): void {
  fc.assert(fc.property(cases, property), { numRuns: RUNS, seed: SEED });
}

/** The same of a property that is told only after some waiting. */
export async function holdsInTime<Value>(
  cases: fc.Arbitrary<Value>,
  property: (value: Value) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(cases, property), { numRuns: RUNS, seed: SEED });
}

/** Texts put together from parts of a language, which get further into a parser than random characters do. */
export const soup = (parts: readonly string[], maxLength = 24): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...parts) },
        fc.string({ maxLength: 4, unit: 'binary' }),
      ),
      {
        maxLength,
      },
    )
    .map((list) => list.join(''));
