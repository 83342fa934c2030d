// What the clients of this folder share: a browser, and words on how far they came.
import assert from "node:assert/strict";

/** A browser without scripts: keeps cookies, follows redirects, submits the forms it is shown. */
export class Browser {
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

export const step = (what) => console.log(`ok: ${what}`);
