/** The function, asked once for each text: what it answers must depend on nothing else. */
export function onceEach<Answer>(work: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined || answers.has(text)) return known as Answer;
    const answer = work(text);
    answers.set(text, answer);
    return answer;
  };
}

/** The function, asked once for each object, as long as that is in use. */
export function onceOf<Subject extends object, Answer>(
  work: (subject: Subject) => Answer,
): (subject: Subject) => Answer {
  const answers = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    const known = answers.get(subject);
    if (known !== undefined) return known.answer;
    const answer = work(subject);
    answers.set(subject, { answer });
    return answer;
  };
}
