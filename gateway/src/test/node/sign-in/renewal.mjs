// What the pages do with a sign-in when renewing it fails: the answers of the token endpoint, and whether the sign-in is kept.
import { readFileSync } from 'node:fs';

const source = readFileSync('../../../src/main/resources/docs/assets/sign-in.js', 'utf8');
const values = new Map();
globalThis.sessionStorage = {
  getItem: (key) => values.get(key) ?? null,
  setItem: (key, value) => values.set(key, value),
  removeItem: (key) => values.delete(key),
};
globalThis.document = { documentElement: { dataset: { publicUrl: 'http://localhost:8080' } } };
const { accessToken } = await import('data:text/javascript,' + encodeURIComponent(source));

const cases = [
  [200, '{"access_token":"new","expires_in":900}', 'new'],
  [400, '{"error":"invalid_grant"}', null],
  [400, '{"error":"invalid_request"}', 'old'],
  [429, '{"error":"temporarily_unavailable","error_description":"Too many requests"}', 'old'],
  [503, '{"error":"temporarily_unavailable"}', 'old'],
  [502, '<html></html>', 'old'],
];
for (const [status, body, expected] of cases) {
  values.set('tokens', JSON.stringify({ access_token: 'old', refresh_token: 'r', expires: 0 }));
  globalThis.fetch = async () => new Response(body, { status });
  const token = await accessToken();
  if (token !== expected) {
    console.log(`${status} ${body}: the token is ${token}, not ${expected}`);
    process.exitCode = 1;
  }
}
