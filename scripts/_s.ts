import { openDisk } from '../src/repo/disk.ts';
import { checkDisk } from '../test/support/check.ts';
import { containersAt, prometheusesOf, resolveHost } from '../src/stack/system.ts';
import { listeningOn } from '../src/stack/ports.ts';
for (const dir of process.argv.slice(2)) {
  const { system } = checkDisk(openDisk(dir), { rules: [] });
  console.log('==', dir.split('/').at(-1));
  for (const { stack, prometheus } of prometheusesOf(system)) for (const job of prometheus.jobs) for (const t of job.targets) { const m = t.address ? resolveHost(stack, t.address.host, prometheus.container) : undefined; const c = containersAt(stack, t.address, prometheus.container); console.log('  ', stack.name, prometheus.name, job.name, t.text, m?.kind, c.map(x => x.service.name + ':' + listeningOn(x, t.address?.port).answer).join(',')); }
}
