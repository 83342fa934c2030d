// The frame around the views: who is signed in, where one is, what is said.
import { LitElement, html, nothing } from 'lit-element';
import { ApiError, canTryNow, read, tryNow } from './api.js';
import { keepFocus } from './focus.js';
import { live, startLive, stopLive } from './live.js';
import { takeOver } from './pages.js';
import { begin, isDemo, isOwnClient, isSignedIn, leave, publicUrl, signIn, signInAsDemo, signOut } from './session.js';
import { chooseLanguage, chooseZone, currentLanguage, isExact, knows, languageNames, t, zoneName } from './text.js';
import { errorPanel } from './view.js';
import './orders.js';
import './order.js';
import './order-form.js';
import './events.js';
import './account.js';
import './users.js';
import './clients.js';
import './keys.js';
import './platform.js';

/** Where each address leads: the view, its title and what it needs. */
const VIEWS = [
  { path: 'orders', title: 'orders', draw: (p, me) => html`<orders-view .params=${p} .me=${me}></orders-view>` },
  { path: 'orders/new', title: 'newOrder', draw: (p, me) => html`<new-order-view .params=${p} .me=${me}></new-order-view>` },
  { path: 'orders/:id', title: 'order', draw: (p, me) => html`<order-view .params=${p} .me=${me}></order-view>` },
  { path: 'events', title: 'events', draw: (p, me) => html`<events-view .params=${p} .me=${me}></events-view>` },
  { path: 'account', title: 'account', draw: (p, me) => html`<account-view .params=${p} .me=${me}></account-view>` },
  { path: 'users', title: 'users', admin: true, draw: (p, me) => html`<users-view .params=${p} .me=${me}></users-view>` },
  { path: 'users/:id', title: 'user', admin: true, draw: (p, me) => html`<user-view .params=${p} .me=${me}></user-view>` },
  { path: 'clients', title: 'clients', admin: true, own: true, draw: (p, me) => html`<clients-view .params=${p} .me=${me}></clients-view>` },
  { path: 'keys', title: 'keys', admin: true, own: true, draw: (p, me) => html`<keys-view .params=${p} .me=${me}></keys-view>` },
  { path: 'platform', title: 'platform', admin: true, draw: (p, me) => html`<platform-view .params=${p} .me=${me}></platform-view>` },
];
// Ids are UUIDs: nothing else of an address gets into the path of a call.
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MENU = ['orders', 'orders/new', 'events', 'account', 'users', 'clients', 'keys', 'platform'];

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const steps = (path.replace(/\/+$/, '') || 'orders').split('/');
  const matches = (view) => {
    const parts = view.path.split('/');
    return parts.length === steps.length && parts.every((part, at) => (part === ':id' ? ID.test(steps[at]) : part === steps[at]));
  };
  const view = VIEWS.find(matches) ?? null;
  return { view, path: steps.join('/'), id: steps[1] ?? '', query: new URLSearchParams(query) };
}

class GatehouseConsole extends LitElement {
  constructor() {
    super();
    this.state = 'starting';
    this.me = null;
    this.error = null;
    this.why = null;
    this.said = '';
    this.wait = null;
    this.route = route();
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const redraw = () => this.requestUpdate();
    for (const name of ['language', 'live']) {
      window.addEventListener(name, redraw);
    }
    window.addEventListener('hashchange', () => this.moved());
    window.addEventListener('said', (event) => this.says(event.detail));
    // The next action takes away what was said of the last.
    window.addEventListener('click', () => this.said && this.set({ said: '' }), { capture: true });
    window.addEventListener('waiting', (event) => this.waits(event.detail));
    window.addEventListener('session', (event) => this.ended(event.detail));
    window.addEventListener('me', (event) => this.set({ me: event.detail }));
    window.addEventListener('account-deleted', () => {
      leave();
      this.set({ why: 'deleted' });
    });
    keepFocus(this);
    this.start();
  }

  set(values) {
    Object.assign(this, values);
    this.requestUpdate();
  }

  /** Anew each time, so that the same is told again and shown as long. */
  async says(text) {
    this.set({ said: '' });
    await this.updateComplete;
    this.set({ said: text });
  }

  async start() {
    this.set({ state: 'starting', error: null });
    try {
      await begin();
      this.set({ me: isSignedIn() ? await read('/api/users/me') : null, state: isSignedIn() ? 'in' : 'out', route: route() });
      if (isSignedIn()) {
        startLive();
        takeOver();
      }
    } catch (error) {
      this.set({ state: 'out', error: error instanceof ApiError || isSignedIn() || knows(`error.${error.code}`) ? error : Object.assign(error, { code: 'SIGN_IN_FAILED' }) });
    }
    this.nameTab();
  }

  ended(why) {
    stopLive();
    this.set({ state: 'out', me: null, why });
    this.nameTab();
  }

  moved() {
    this.set({ route: route() });
    this.nameTab();
    this.updateComplete.then(() => {
      scrollTo(0, 0);
      this.querySelector('h1')?.focus();
    });
  }

  /** Counts down what is waited for. */
  waits({ seconds, status }) {
    clearInterval(this.counting);
    this.set({ wait: seconds ? { seconds, left: seconds, status } : null });
    if (seconds) {
      this.counting = setInterval(() => this.set({ wait: { ...this.wait, left: Math.max(1, this.wait.left - 1) } }), 1000);
    }
  }

  nameTab() {
    const view = this.state === 'in' ? this.route.view : null;
    document.title = view ? `${t(view.title)} · Gatehouse` : 'Gatehouse';
  }

  render() {
    return html`
      <a class="skip" href="#main" @click=${this.skip}>${t('skip')}</a>
      <header>
        <a class="brand" href="#/orders"><svg viewBox="0 0 16 16" aria-hidden="true"><path fill="currentColor" d="M1 2h3v2h2V2h4v2h2V2h3v13h-5v-4a2 2 0 0 0-4 0v4H1z"/></svg>Gatehouse</a>
        ${this.state === 'in' ? this.menu() : nothing}
        <div class="who">${this.state === 'in' ? this.who() : nothing}</div>
      </header>
      ${this.wait ? this.waiting(this.wait) : nothing}
      <main id="main" tabindex="-1">${this.content()}</main>
      <p class="said" role="status">${this.said ? html`<span>${this.said}</span>` : nothing}</p>
      <footer>
        <span><label for="language">${t('language')}</label>
        <select id="language" @change=${(event) => { chooseLanguage(event.target.value); this.nameTab(); }}>
          ${Object.entries(languageNames).map(([tag, name]) => html`<option value=${tag} lang=${tag} ?selected=${tag === currentLanguage()}>${name}</option>`)}
        </select></span>
        <span><label for="zone">${t('zone')}</label>
        <select id="zone" @change=${(event) => chooseZone(event.target.value)}>
          <option value="local" ?selected=${!isExact()}>${t('zone.local', { zone: zoneName() })}</option>
          <option value="utc" ?selected=${isExact()}>${t('zone.utc')}</option>
        </select></span>
        <a href="${publicUrl}/docs">${t('apiDocs')}</a>
      </footer>`;
  }

  /** Read out once, and shown counting. */
  waiting({ seconds, left, status }) {
    const text = status === 429 ? 'wait.limit' : 'wait.away';
    return html`<div class="quiet" role="status">${t(text, { seconds })}</div><p class="waiting"><span aria-hidden="true">${t(text, { seconds: left })}</span>
      ${canTryNow(status) ? html`<button type="button" class="small" id="try-now" @click=${tryNow}>${t('tryNow')}</button>` : nothing}</p>`;
  }

  skip(event) {
    event.preventDefault();
    document.getElementById('main').focus();
  }

  menu() {
    const isAdmin = this.me?.roles.includes('ADMIN');
    const shown = MENU.map((path) => VIEWS.find((view) => view.path === path)).filter((view) => (!view.admin || isAdmin) && (!view.own || isOwnClient));
    return html`<nav aria-label=${t('menu')}><ul>${shown.map((view) => html`<li><a href="#/${view.path}"
      aria-current=${view.path === this.route.path ? 'page' : nothing}>${t(view.title)}${view.path === 'events' && live.missed
        ? html` <span class="count">${live.missed}</span><span class="quiet">${t('missedCount')}</span>` : nothing}</a></li>`)}</ul></nav>`;
  }

  who() {
    return html`<span class="live ${live.state}">${t(`live.${live.state}`)}</span>
      <span class="email">${this.me?.email}</span>
      <button type="button" id="sign-out" @click=${signOut}>${t('signOut')}</button>`;
  }

  content() {
    if (this.state === 'starting') {
      return html`<h1 tabindex="-1">Gatehouse</h1><p class="busy" role="status"><span class="spinner" aria-hidden="true"></span>${t('loading')}</p>`;
    }
    if (this.state === 'out') {
      return this.welcome();
    }
    const { view } = this.route;
    if (!view) {
      return html`<h1 tabindex="-1">${t('noView')}</h1><p><a href="#/orders">${t('toOrders')}</a></p>`;
    }
    if (view.admin && !this.me.roles.includes('ADMIN')) {
      return html`<h1 tabindex="-1">${t(view.title)}</h1><p>${t('onlyAdmin')}</p>`;
    }
    if (view.own && !isOwnClient) {
      return html`<h1 tabindex="-1">${t(view.title)}</h1><p>${t('onlyOwn')} <a href="${publicUrl}/console/#/${view.path}">${publicUrl}/console/</a></p>`;
    }
    return view.draw(this.route, this.me);
  }

  /** On the way to another page, unless that fails. */
  leave(going) {
    going.catch((error) => this.set({ error }));
  }

  welcome() {
    return html`<section class="welcome">
      <h1 tabindex="-1">${this.why && !['deleted', 'left'].includes(this.why) ? t('ended.title') : t('welcome.title')}</h1>
      ${this.why ? html`<p role="status">${t(`ended.${this.why}`)}</p>` : html`<p>${t('welcome.text')}</p>`}
      ${errorPanel(this.error, () => this.start())}
      <p class="buttons"><button type="button" class="primary" id="sign-in" @click=${() => this.leave(signIn())}>${t('signIn')}</button>
      <button type="button" id="sign-up" @click=${() => this.leave(signIn({ signUp: true }))}>${t('signUp')}</button></p>
      ${isDemo ? html`<h2>${t('demo.title')}</h2><p>${t('demo.text')}</p>
        <ul class="plain demo">
          <li><button type="button" id="as-ada" @click=${() => this.leave(signInAsDemo('ada@example.com'))}>${t('demo.ada')}</button></li>
          <li><button type="button" id="as-grace" @click=${() => this.leave(signInAsDemo('grace@example.com'))}>${t('demo.grace')}</button></li>
        </ul>` : nothing}
    </section>`;
  }
}

customElements.define('gatehouse-console', GatehouseConsole);
