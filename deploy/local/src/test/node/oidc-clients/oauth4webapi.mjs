// Signs in at Gatehouse with oauth4webapi, which checks every answer by the letter of its standard and knows nothing but
// the discovery document.   node oauth4webapi.mjs ISSUER EMAIL PASSWORD
import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { Browser, step } from "./browser.mjs";

const [address, email, password] = process.argv.slice(2);
const issuer = new URL(address);
const loopback = { [oauth.allowInsecureRequests]: true };

const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...loopback }));
assert.deepEqual(
  await oauth.processDiscoveryResponse(
    issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...loopback })).then((found) => found.issuer),
  server.issuer);
step("discovery, by OpenID Connect and by RFC 8414");

const client = { client_id: "console" };
const nobody = oauth.None();
const service = { client_id: "demo-service" };
const secret = oauth.ClientSecretBasic("demo-secret");
const isActive = async (token) => (await oauth.processIntrospectionResponse(
  server, service, await oauth.introspectionRequest(server, service, secret, token, loopback))).active;

// Authorization code with PKCE. The request is pushed (RFC 9126); the answer's iss is checked (RFC 9207).
const redirect = `${address}/console/`;
const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const pushed = await oauth.processPushedAuthorizationResponse(
  server, client, await oauth.pushedAuthorizationRequest(server, client, nobody, new URLSearchParams({
    response_type: "code", client_id: client.client_id, redirect_uri: redirect, state, nonce,
    scope: "openid profile email users.read", code_challenge_method: "S256",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  }), loopback));
step("pushed request");

const authorization = new URL(server.authorization_endpoint);
authorization.searchParams.set("client_id", client.client_id);
authorization.searchParams.set("request_uri", pushed.request_uri);
const browser = new Browser();
const login = await browser.open(authorization, redirect);
const back = await browser.submit(login, { username: email, password }, redirect);
assert.equal(server.authorization_response_iss_parameter_supported, true);
const parameters = oauth.validateAuthResponse(server, client, back.url, state);
const answer = await oauth.authorizationCodeGrantRequest(
  server, client, nobody, parameters, redirect, verifier, loopback);
const first = await oauth.processAuthorizationCodeResponse(
  server, client, answer, { expectedNonce: nonce, requireIdToken: true });
await oauth.validateApplicationLevelSignature(server, answer, loopback);
const { sub } = oauth.getValidatedIdTokenClaims(first);
step("sign-in by code and PKCE, signed by a published key");

const person = await oauth.processUserInfoResponse(
  server, client, sub, await oauth.userInfoRequest(server, client, first.access_token, loopback));
assert.equal(person.email, email);
const me = await oauth.protectedResourceRequest(
  first.access_token, "GET", new URL(`${address}/api/users/me`), undefined, undefined, loopback);
assert.equal((await me.json()).email, email);
step("userinfo and API");

const second = await oauth.processRefreshTokenResponse(
  server, client, await oauth.refreshTokenGrantRequest(server, client, nobody, first.refresh_token, loopback));
assert.notEqual(second.refresh_token, first.refresh_token);
assert.equal(await isActive(second.access_token), true);
assert.equal(await isActive(first.refresh_token), false);
step("refresh and introspection");

await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, nobody, second.refresh_token, loopback));
assert.equal(await isActive(second.access_token), false);
await assert.rejects(
  oauth.refreshTokenGrantRequest(server, client, nobody, second.refresh_token, loopback)
    .then((refused) => oauth.processRefreshTokenResponse(server, client, refused)),
  { error: "invalid_grant" });
step("revocation");

const credentials = await oauth.processClientCredentialsResponse(
  server, service, await oauth.clientCredentialsGrantRequest(
    server, service, secret, new URLSearchParams({ scope: "orders.read" }), loopback));
assert.equal(credentials.scope, "orders.read");
step("client credentials");

const cli = { client_id: "cli" };
const device = await oauth.processDeviceAuthorizationResponse(
  server, cli, await oauth.deviceAuthorizationRequest(
    server, cli, nobody, new URLSearchParams({ scope: "openid orders.read" }), loopback));
const poll = async () => oauth.processDeviceCodeResponse(
  server, cli, await oauth.deviceCodeGrantRequest(server, cli, nobody, device.device_code, loopback));
const question = await browser.open(device.verification_uri_complete);
await browser.submit(question, { decision: "allow" });
const onDevice = await poll();
assert.equal(await isActive(onDevice.access_token), true);
step("device grant");
