// Prints one line for each audit of GraphQL over HTTP: ok or its reason, a tab, its name. Arguments: URL, access token.
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);
const fetchFn = (input, init) =>
  fetch(input, { ...init, headers: { ...init?.headers, authorization: 'Bearer ' + token } });

for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  const found = result.status === 'ok' ? 'ok' : result.status + ': ' + String(result.reason).replaceAll('\n', ' ');
  process.stdout.write(found + '\t' + audit.name + '\n');
}
