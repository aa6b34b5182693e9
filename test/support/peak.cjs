// Loaded before the program by tests: says on file descriptor 3 how much memory it had at most, in kilobytes.
const { writeSync } = require('node:fs');
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
