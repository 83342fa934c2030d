// Talks to an echo through the gateway by the client that most programs for Node have; a line for each thing learned.
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
setTimeout(() => fail('nothing came for 30 s'), 30_000).unref();

function fail(why) {
  console.log(why);
  process.exit(1);
}

function opened(...how) {
  const socket = new WebSocket(url, ...how);
  socket.on('error', (error) => fail(error.message));
  return new Promise((resolve) => socket.on('open', () => resolve(socket)));
}

function next(socket, event) {
  return new Promise((resolve) => socket.once(event, (...what) => resolve(what)));
}

async function echoed(socket, message) {
  const answer = next(socket, 'message');
  socket.send(message);
  const [data, isBinary] = await answer;
  return `${isBinary ? 'bytes' : 'text'} ${data.length}`;
}

const headers = { authorization: `Bearer ${token}` };
const socket = await opened({ headers });
console.log(await echoed(socket, 'hello'));
console.log(await echoed(socket, Buffer.alloc(50_000, 7)));
const pong = next(socket, 'pong');
socket.ping();
await pong;
console.log('pong');
socket.close(1000, 'bye');
console.log('closed', (await next(socket, 'close'))[0]);

const asBrowsersDo = await opened(['bearer', token]);
console.log('protocol', asBrowsersDo.protocol, await echoed(asBrowsersDo, 'hello'));
asBrowsersDo.terminate();

const refused = new WebSocket(url);
refused.on('error', () => {});
const [, answer] = await next(refused, 'unexpected-response');
console.log('without a token', answer.statusCode);
process.exit(0);
