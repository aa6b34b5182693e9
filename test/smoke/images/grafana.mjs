// Not Grafana: a stand-in that speaks as much of its HTTP API as the smoke boot asks, and takes up
// provisioned datasources and dashboards by Grafana's rules as far as the tests break them.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = '/etc/grafana/provisioning';
const provisioned = (part, key) =>
  list(join(ROOT, part), /\.ya?ml$/).flatMap((file) => parse(readFileSync(file, 'utf8'))?.[key] ?? []);

const datasources = provisioned('datasources', 'datasources');
const dashboards = [];
for (const provider of provisioned('dashboards', 'providers')) {
  for (const file of list(provider.options.path, /\.json$/)) {
    const refuse = (why) =>
      console.error(`level=error msg="failed to load dashboard from" file=${file} error="${why}"`);
    try {
      const { uid, title } = JSON.parse(readFileSync(file, 'utf8'));
      if (!title) refuse('Dashboard title cannot be empty');
      else if (dashboards.some((other) => other.uid === uid)) refuse('the same UID is used more than once');
      else dashboards.push({ uid, title, type: 'dash-db' });
    } catch (error) {
      refuse(error.message);
    }
  }
}

function list(folder, names) {
  try {
    return readdirSync(folder, { recursive: true })
      .filter((name) => names.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

const { GF_SECURITY_ADMIN_USER: user = 'admin', GF_SECURITY_ADMIN_PASSWORD: password = 'admin' } =
  process.env;
const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function checkOf({ type, url }) {
  try {
    const path = type === 'loki' ? '/ready' : '/api/v1/query?query=1%2B1';
    const { status } = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(3000) });
    return status === 200
      ? { status: 'OK', message: 'Successfully queried the API.' }
      : { status: 'ERROR', message: `HTTP status ${status}` };
  } catch (error) {
    return { status: 'ERROR', message: String(error.cause?.message ?? error.message) };
  }
}

createServer(async ({ url, headers }, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (url === '/api/health') return answer(200, { database: 'ok', version: '12.0.0' });
  if (url === '/metrics') return response.end('# TYPE grafana_build_info gauge\ngrafana_build_info 1\n');
  if (headers.authorization !== wanted) return answer(401, { message: 'Unauthorized' });
  if (url === '/api/datasources') return answer(200, datasources);
  if (url.startsWith('/api/search')) return answer(200, dashboards);
  const uid = /^\/api\/datasources\/uid\/([^/]+)\/health$/.exec(url)?.[1];
  const source = datasources.find((one) => one.uid === uid);
  return source ? answer(200, await checkOf(source)) : answer(404, { message: 'Not found' });
}).listen(3000);
process.on('SIGTERM', () => process.exit(0));
