// A service without Java. How to run it, and why each part is there: docs/other-languages.md
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { createLocalJWKSet, errors, jwtVerify } from "jose";

const { GATEHOUSE_PUBLIC_URL: issuer, GATEHOUSE_DISCOVERY_URL: registry, GATEHOUSE_DISCOVERY_PASSWORD: password,
  GATEHOUSE_DRAIN: drain = "5s", EUREKA_INSTANCE_IP_ADDRESS: ip = "127.0.0.1", SERVER_PORT: port } = process.env;
const app = "GREETING-SERVICE";
const instance = { instanceId: `${app}:${randomUUID()}`, app, hostName: ip, ipAddr: ip, vipAddress: "greeting-service",
  status: "UP", port: { $: port, "@enabled": "true" }, metadata: { "management.port": port },
  leaseInfo: { renewalIntervalInSecs: 5, durationInSecs: 15 },
  dataCenterInfo: { "@class": "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo", name: "MyOwn" } };
let keys, stopping = false; // The issuer's last good keys; none before the first answer.

const ask = (method, path, body) => fetch(new URL("apps/" + path, registry), { method, body, signal: AbortSignal.timeout(3000),
  headers: { Authorization: "Basic " + btoa("gatehouse:" + password), Accept: "application/json", "Content-Type": "application/json" } });

async function heartbeat() {
  const known = keys && await ask("PUT", `${app}/${instance.instanceId}`);
  if (known?.status === 404) await ask("POST", app, JSON.stringify({ instance }));
}

async function fetchKeys() {
  const { application } = await (await ask("GET", "AUTH-SERVER")).json();
  const issuing = application.instance.find(({ status }) => status === "UP");
  const url = `http://${issuing.ipAddr}:${issuing.port.$}/oauth2/jwks`;
  keys = createLocalJWKSet(await (await fetch(url, { signal: AbortSignal.timeout(3000) })).json());
}

async function repeat(work, seconds) {
  for (; !stopping; await pause(1000 * (keys ? seconds : 1), undefined, { ref: false })) {
    await work().catch((failed) => console.error(work.name, String(failed)));
  }
}

const refusal = (status, code, message, headers) => ({ status, headers, body: { error: { code, message, details: [] } } });

async function answer({ method, url, headers: { authorization = "" } }) {
  if (url === "/actuator/health/liveness") return { status: 200, body: { status: "UP" } };
  if (url === "/actuator/health/readiness") return { status: keys && !stopping ? 200 : 503, body: {} };
  const [, token] = authorization.match(/^Bearer +(\S+)$/i) ?? [];
  if (!token) return refusal(401, "UNAUTHENTICATED", "An access token is required", { "WWW-Authenticate": "Bearer" });
  if (!keys) return refusal(503, "SERVICE_UNAVAILABLE", "Try again shortly", { "Retry-After": "1" });
  const verified = await jwtVerify(token, keys, { issuer, audience: "gatehouse", typ: "at+jwt", clockTolerance: 5,
    algorithms: ["RS256", "ES256"], requiredClaims: ["sub", "client_id", "jti", "iat", "exp"] }).catch((failed) => failed);
  if (verified instanceof Error) {
    const code = verified instanceof errors.JWTExpired ? "TOKEN_EXPIRED" : "UNAUTHENTICATED";
    return refusal(401, code, "The access token is not valid", { "WWW-Authenticate": 'Bearer error="invalid_token"' });
  }
  const { sub, scope = "" } = verified.payload;
  if (url.split("?")[0] !== "/api/greetings/me") return refusal(404, "NOT_FOUND", "No such resource");
  if (method !== "GET" && method !== "HEAD") {
    return refusal(405, "METHOD_NOT_ALLOWED", "This method is not supported here", { Allow: "GET, HEAD" });
  }
  if (!scope.split(" ").includes("users.read")) return refusal(403, "FORBIDDEN", "You are not allowed to do this");
  return { status: 200, body: { greeting: `Hello, ${sub}` } };
}

const server = createServer({ maxHeaderSize: 32768, keepAliveTimeout: 30_000 }, async (request, response) => {
  const given = request.headers["x-request-id"] ?? "";
  const requestId = /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
  const { status, headers, body } = await answer(request).catch((failed) => {
    console.error(requestId, failed);
    return refusal(500, "INTERNAL_ERROR", "Something went wrong on our side");
  });
  if (body.error) body.error.requestId = requestId;
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "private, no-store",
    "X-Request-Id": requestId, ...headers }).end(JSON.stringify(body));
}).listen(Number(port), ip);
repeat(fetchKeys, 15);
repeat(heartbeat, 5);

process.once("SIGTERM", async () => {
  stopping = true;
  await ask("PUT", `${app}/${instance.instanceId}/status?value=OUT_OF_SERVICE`).catch(console.error);
  await pause(1000 * parseFloat(drain)); // Others still pick this instance for a moment.
  await ask("DELETE", `${app}/${instance.instanceId}`).catch(console.error);
  server.close();
});
