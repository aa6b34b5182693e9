/** An answer as far as the repository tells: what is not known is `maybe`. */
export type Tri = 'yes' | 'no' | 'maybe';

/** The least of several answers: all must hold. */
export function every(answers: Iterable<Tri>): Tri {
  let result: Tri = 'yes';
  for (const answer of answers) {
    if (answer === 'no') return 'no';
    if (answer === 'maybe') result = 'maybe';
  }
  return result;
}

/** The best of several answers: one must hold. */
export function some(answers: Iterable<Tri>): Tri {
  let result: Tri = 'no';
  for (const answer of answers) {
    if (answer === 'yes') return 'yes';
    if (answer === 'maybe') result = 'maybe';
  }
  return result;
}
