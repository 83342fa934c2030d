// Asks the gateway over one HTTP/2 connection of Node's own client; prints a line for each answer.
import http2 from 'node:http2';

const [origin, token] = process.argv.slice(2);
const session = http2.connect(origin, { rejectUnauthorized: false });
session.setTimeout(30_000, () => session.destroy(new Error('no answer in 30 s')));

function ask(headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let status;
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (head) => (status = head[':status']));
    stream.on('data', (piece) => (text += piece));
    stream.on('error', reject);
    stream.on('end', () => resolve({ status, text }));
    if (body !== undefined) stream.end(body);
  });
}

const authorization = `Bearer ${token}`;
const all = await Promise.all([
  ...Array.from({ length: 90 }, (_, i) =>
    ask({ ':path': `/api/orders?q=${i}`, authorization })),
  ask({ ':path': '/api/orders' }),
  ask({ ':path': '/nowhere' }),
  ask({ ':path': '/api/users/%00', authorization }),
  ask({ ':method': 'POST', ':path': '/oauth2/introspect' }, 'a'.repeat(100_000)),
  ask({ ':method': 'POST', ':path': '/api/users' }, 'a'.repeat(1_100_000)),
]);
for (const { status, text } of all) console.log(status, text.length);
session.close();
