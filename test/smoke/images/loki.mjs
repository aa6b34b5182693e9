// Not Loki: a stand-in that says when it is ready, and takes log lines without keeping them.
import { createServer } from 'node:http';

const ready = Date.now() + 1000;
createServer(({ url }, response) => {
  if (url === '/ready') {
    response.writeHead(Date.now() < ready || process.env.NEVER_READY ? 503 : 200);
    return response.end(process.env.NEVER_READY ? 'Ingester not ready: waiting for the ring\n' : 'ready\n');
  }
  response.writeHead(url === '/loki/api/v1/push' ? 204 : 404);
  response.end();
}).listen(3100);
process.on('SIGTERM', () => process.exit(0));
