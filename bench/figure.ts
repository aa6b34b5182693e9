/** What was measured of a figure. */
export interface Measured {
  /** The numbers, and what they are of. */
  readonly text: string;
  /** Undefined where the goals set none, or where it could not be measured here. */
  readonly isMet?: boolean | undefined;
  /** Of a goal that is not met: why, and what would come next. */
  readonly next?: string;
}

/** One of the figures that the project wants to reach. */
export interface Figure {
  readonly name: string;
  readonly goal: string;
  measure(): readonly Measured[] | Promise<readonly Measured[]>;
}

/** What is said where something is missing, such as a peer's program. */
export const notMeasured = (why: string): readonly Measured[] => [{ text: `not measured: ${why}` }];

export const percent = (part: number, whole: number): string =>
  `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
