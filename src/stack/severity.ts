/** Values of a severity label that say that somebody must act now. */
const URGENT = /^(?:critical|crit|page|pager|emergency|fatal|disaster|error|high|urgent|p0|p1|sev-?[01])$/i;

/** Values that say that nobody needs to be told. */
const QUIET = /^(?:none|info|informational|debug|notice|ok|watchdog|low)$/i;

export const isUrgent = (severity: string): boolean => URGENT.test(severity);

export const isQuiet = (severity: string): boolean => QUIET.test(severity);
