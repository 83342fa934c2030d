// Signs in at Gatehouse with openid-client, which nobody here wrote. All it is told is the issuer: endpoints, keys
// and methods come from the discovery document.   node openid-client.mjs ISSUER EMAIL PASSWORD
import assert from "node:assert/strict";
import * as oidc from "openid-client";
import { Browser, step } from "./browser.mjs";

const [issuer, email, password] = process.argv.slice(2);
const loopback = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };

const console_ = await oidc.discovery(new URL(issuer), "console", undefined, oidc.None(), loopback);
const service = await oidc.discovery(new URL(issuer), "demo-service", "demo-secret", undefined, loopback);
const introspect = async (token) => (await oidc.tokenIntrospection(service, token)).active;
step("discovery");

// Authorization code with PKCE, on the real login page.
const browser = new Browser();
const redirect = `${issuer}/console/`;
const verifier = oidc.randomPKCECodeVerifier();
const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
const authorization = oidc.buildAuthorizationUrl(console_, {
  redirect_uri: redirect, scope: "openid profile email users.read orders.read", state, nonce,
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});
const login = await browser.open(authorization, redirect);
assert.equal(login.url.pathname, "/login");
const back = await browser.submit(login, { username: email, password }, redirect);
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const first = await oidc.authorizationCodeGrant(console_, back.url, checks);
assert.ok(first.claims().sub);
step("sign-in by code and PKCE");

const person = await oidc.fetchUserInfo(console_, first.access_token, first.claims().sub);
assert.equal(person.email, email);
const api = `${issuer}/api/users/me`;
const me = await oidc.fetchProtectedResource(console_, first.access_token, new URL(api), "GET");
assert.equal((await me.json()).email, email);
step("userinfo and API");

const second = await oidc.refreshTokenGrant(console_, first.refresh_token);
assert.notEqual(second.refresh_token, first.refresh_token);
assert.equal(await introspect(second.access_token), true);
assert.equal(await introspect(second.refresh_token), true);
assert.equal(await introspect(first.refresh_token), false);
step("refresh and introspection");

await oidc.tokenRevocation(console_, second.refresh_token);
assert.equal(await introspect(second.access_token), false);
await assert.rejects(oidc.refreshTokenGrant(console_, second.refresh_token), { error: "invalid_grant" });
step("revocation");

const credentials = await oidc.clientCredentialsGrant(service, { scope: "orders.read" });
assert.equal(credentials.scope, "orders.read");
assert.equal(await introspect(credentials.access_token), true);
step("client credentials");

// The device grant: the same person confirms the code in the browser that is signed in.
const cli = await oidc.discovery(new URL(issuer), "cli", undefined, oidc.None(), loopback);
const device = await oidc.initiateDeviceAuthorization(cli, { scope: "openid orders.read" });
const question = await browser.open(device.verification_uri_complete);
await browser.submit(question, { decision: "allow" });
const onDevice = await oidc.pollDeviceAuthorizationGrant(cli, device);
assert.equal(await introspect(onDevice.access_token), true);
step("device grant");

// RP-initiated logout ends what another sign-in of this browser gave.
const again = await browser.open(
  oidc.buildAuthorizationUrl(console_, {
    redirect_uri: redirect, scope: "openid", state, nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  }), redirect);
const third = await oidc.authorizationCodeGrant(console_, again.url, checks);
const end = oidc.buildEndSessionUrl(console_, {
  id_token_hint: third.id_token, post_logout_redirect_uri: redirect, state: "bye",
});
const gone = await browser.open(end, redirect);
assert.equal(gone.url.searchParams.get("state"), "bye");
assert.equal(await introspect(third.access_token), false);
step("logout");
