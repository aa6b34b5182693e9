// src/once.ts for mutation testing: what one test had worked out, the next one works out anew, since another mutant
// may be active by then, and since it runs the code as well.
let answers = new Map();

/** Lets go of every answer. */
export function forget() {
  answers = new Map();
}

function once(work, makeMemory) {
  return (subject) => {
    let memory = answers.get(work);
    if (memory === undefined) {
      memory = makeMemory();
      answers.set(work, memory);
    }
    if (!memory.has(subject)) memory.set(subject, work(subject));
    return memory.get(subject);
  };
}

export const onceEach = (work) => once(work, () => new Map());
export const onceOf = (work) => once(work, () => new WeakMap());
