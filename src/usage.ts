/** What was asked for cannot be done: a wrong option or configuration, a missing folder. Ends with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
