// Signs in at Gatehouse with openid-client, which nobody here wrote. All it is told is the issuer: endpoints, keys
// and methods come from the discovery document.   node interop.mjs ISSUER EMAIL PASSWORD
import assert from "node:assert/strict";
import * as oidc from "openid-client";

const [issuer, email, password] = process.argv.slice(2);
const loopback = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };

/** A browser without scripts: keeps cookies, follows redirects, submits the forms it is shown. */
class Browser {
  #cookies = new Map();

  async #fetch(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...options, redirect: "manual", headers: { Accept: "text/html", Cookie: cookie, ...options.headers },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    return response;
  }

  /** Opens a page; returns where it ends: a page of Gatehouse's, or a URL of the client's. */
  async open(url, target) {
    let response = await this.#fetch(url);
    return this.#follow(response, url, target);
  }

  async submit(page, fields, target) {
    const form = page.html.match(/<form method="post" action="([^"]*)"[\s\S]*?<\/form>/);
    assert.ok(form, `no form in ${page.html}`);
    const body = new URLSearchParams();
    for (const [input] of form[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.append(input.match(/name="([^"]*)"/)[1], input.match(/value="([^"]*)"/)[1]);
    }
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const action = new URL(form[1] || page.url, page.url);
    return this.#follow(await this.#fetch(action, { method: "POST", body }), action, target);
  }

  async #follow(response, url, target) {
    while (response.status >= 300 && response.status < 400) {
      url = new URL(response.headers.get("location"), url);
      if (target && url.href.startsWith(target)) return { url };
      response = await this.#fetch(url);
    }
    assert.equal(response.status, 200, `${url}: ${await response.clone().text()}`);
    return { url, html: await response.text() };
  }
}

const step = (what) => console.log(`ok: ${what}`);

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
