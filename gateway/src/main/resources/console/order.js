// One order and its whole life: a slider over its versions.
import { change, newKey, read, readAll } from './api.js';
import { wrongOf } from './fields.js';
import { ItemRows } from './order-form.js';
import { changeTable, happening, stateOf } from './order-history.js';
import { t, timeOf } from './text.js';
import { busyNote, copyable, dialog, errorPanel, field, html, nothing, opens, shortId, statusBadge, View } from './view.js';

// Whoever slides on sooner does not want to know of this version.
const REST_MS = 100;

const hashOf = (id, version) => `#/orders/${id}${version ? `?version=${version}` : ''}`;

class OrderView extends View {
  constructor() {
    super();
    this.states = new Map();
    this.diffs = new Map();
    this.keys = new Map();
    this.happened = (event) => this.changed(event.detail);
    this.reset();
  }

  reset() {
    this.order = null;
    this.events = [];
    this.at = 0;
    this.verification = null;
    this.failure = null;
    this.heardOf = 0;
    this.states.clear();
    this.diffs.clear();
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('live', this.happened);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.resting);
    window.removeEventListener('live', this.happened);
  }

  get path() {
    return `/api/orders/${this.params.id}`;
  }

  opened() {
    const version = Math.max(0, Math.trunc(Number(this.params.query.get('version'))) || 0);
    clearTimeout(this.resting);
    if (this.order?.id === this.params.id) {
      this.show(Math.min(version || this.order.version, this.order.version));
      return;
    }
    this.reset();
    this.load(version);
  }

  async load(version) {
    await this.loading((signal) => this.readAnew(version, signal));
    this.follow();
  }

  /** Reads the order and its events; shows this version, or the newest for 0. */
  async readAnew(version, signal) {
    const [order, events] = await Promise.all([read(this.path, { signal }), readAll(`${this.path}/events`, signal)]);
    this.states.set(order.version, order);
    this.set({ order, events, verification: null });
    await this.show(Math.min(version || order.version, order.version));
  }

  /** Somebody changed the order: a newer version is read once nothing else is going on, and shown if the newest was. */
  async changed(event) {
    if (event?.orderId === this.params.id) {
      this.heardOf = Math.max(this.heardOf, event.version);
      this.follow();
    }
  }

  async follow() {
    if (this.order && this.heardOf > this.order.version && !this.busy) {
      const version = this.heardOf;
      this.heardOf = 0;
      await this.load(this.at === this.order.version ? 0 : this.at);
      this.say(t('changedNow', { version }));
    }
  }

  /** Shows a version: what is known of it at once, what is not when it comes; a newer choice wins. */
  async show(version) {
    this.set({ at: version, failure: null });
    this.showing?.abort();
    this.showing = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, this.showing.signal]);
    try {
      if (!this.states.has(version)) {
        this.states.set(version, await read(`${this.path}?version=${version}`, { signal }));
      }
      if (version > 1 && !this.diffs.has(version)) {
        this.diffs.set(version, (await read(`${this.path}/diff?from=${version - 1}&to=${version}`, { signal })).changes);
      }
      this.requestUpdate();
    } catch (failure) {
      if (!signal.aborted) {
        this.set({ failure });
      }
    }
  }

  slide(version) {
    this.set({ at: version, failure: null });
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.show(version), REST_MS);
    try {
      history.replaceState(null, '', hashOf(this.params.id, version === this.order.version ? 0 : version));
    } catch {
      // Some browsers allow a hundred of these in half a minute: the address is a step behind, and nothing else.
    }
  }

  verify() {
    return this.doing(async (signal) => {
      this.verification = await read(`${this.path}/verification`, { signal });
      this.say(t(this.verification.valid ? 'chain.valid' : 'chain.broken', { count: this.verification.versions, at: this.verification.brokenAt }));
    });
  }

  /**
   * A change of the version that somebody decided on, even if there is a newer one by now; done once: the key stays while the
   * same form is sent again.
   */
  async act(name, method, body, isPost = true) {
    const content = JSON.stringify([name, body, this.decidedOn]);
    if (!this.keys.has(content)) {
      this.keys.set(content, newKey());
    }
    const options = { version: this.decidedOn, ...(isPost ? { key: this.keys.get(content) } : {}) };
    const done = await this.doing(async (signal) => {
      try {
        await change(method, `${this.path}/${name}`, body, options);
      } catch (failed) {
        if (failed.code === 'VERSION_MISMATCH') {
          await this.readAnew(0, signal);
          this.decidedOn = this.order.version;
        }
        throw failed;
      }
      await this.readAnew(0, signal);
    });
    if (done) {
      this.say(t(`done.${name}`));
    }
    this.follow();
    return done;
  }

  render() {
    const { order } = this;
    if (!order) {
      return html`<h1 tabindex="-1">${t('order')}</h1>${errorPanel(this.error, () => this.load(0))}${busyNote(this.busy)}`;
    }
    return html`<p class="crumb"><a href="#/orders">${t('orders')}</a></p>
      <h1 tabindex="-1">${t('order')} <span class="soft">${shortId(order.id)}</span> ${statusBadge(order.status)}</h1>
      <p>${copyable(order.id, t('copyId'))}</p>
      ${this.actions()}
      ${this.acting ? nothing : errorPanel(this.error, () => this.load(this.at))}
      ${this.timeline()}
      ${this.chain()}
      ${this.dialogs()}`;
  }

  timeline() {
    const { at, order } = this;
    const event = this.events[at - 1];
    const isNow = at === order.version;
    const state = this.states.get(at);
    return html`<section aria-labelledby="time"><h2 id="time">${t('time')}</h2>
      <div class="slider">
        <button type="button" aria-label=${t('earlier')} aria-disabled=${at <= 1} @click=${() => at > 1 && this.slide(at - 1)}>◀</button>
        <div class="grow"><label for="version">${t('versionOf', { at, of: order.version })}</label>
        <input type="range" id="version" min="1" max=${order.version} .value=${String(at)} list="versions"
          aria-valuetext=${event ? `${t('versionOf', { at, of: order.version })}: ${t(`event.${event.type}`)}, ${timeOf(event.at)}` : nothing}
          @input=${(change) => this.slide(Number(change.target.value))}>
        <datalist id="versions">${order.version <= 50 ? this.events.map((one) => html`<option value=${one.version}></option>`) : nothing}</datalist></div>
        <button type="button" aria-label=${t('later')} aria-disabled=${isNow} @click=${() => isNow || this.slide(at + 1)}>▶</button>
      </div>
      ${errorPanel(this.failure, () => this.show(at))}
      ${event ? happening(event, this.me) : nothing}
      <div class="columns">
        <div><h3>${isNow ? t('asItIs') : t('asItWas')}</h3>${state ? stateOf(state) : busyNote(true)}</div>
        <div><h3>${t('whatChanged')}</h3>${this.diff(at)}</div>
      </div></section>`;
  }

  diff(at) {
    if (at === 1) {
      return html`<p>${t('firstVersion')}</p>`;
    }
    const changes = this.diffs.get(at);
    return changes ? changeTable(changes, this.order.currency) : busyNote(!this.failure);
  }

  chain() {
    const { verification } = this;
    const event = this.events[this.at - 1];
    return html`<section aria-labelledby="chain"><h2 id="chain">${t('chain')}</h2>
      <p>${t('chain.text')}</p>
      ${event ? html`<p>${t('chain.hash', { version: this.at })} ${copyable(event.hash)}</p>` : nothing}
      <p class="buttons"><button type="button" id="verify" @click=${() => { this.acting = null; this.verify(); }}>${t('chain.check')}</button></p>
      ${verification ? html`<p class=${verification.valid ? 'good' : 'wrong'} id="verified">${t(verification.valid ? 'chain.valid' : 'chain.broken',
        { count: verification.versions, at: verification.brokenAt })}</p>` : nothing}</section>`;
  }

  actions() {
    const { status, customerId } = this.order;
    const isStaff = this.me.roles.includes('ADMIN');
    const isMine = customerId === this.me.id || isStaff;
    const open = (id, label, kind = '') => html`<button type="button" class=${kind} id="open-${id}" @click=${() => this.openDialog(id)}>${label}</button>`;
    return html`<p class="buttons">
      ${isMine && status === 'PLACED' ? html`${open('pay', t('pay'), 'primary')}${open('change', t('changeItems'))}` : nothing}
      ${isStaff && status === 'PAID' ? open('ship', t('ship'), 'primary') : nothing}
      ${isStaff && status === 'SHIPPED' ? html`<button type="button" class="primary" @click=${() => this.deliver()}>${t('deliver')}</button>` : nothing}
      ${isMine && ['PLACED', 'PAID'].includes(status) ? open('cancel', t('cancelOrder'), 'danger') : nothing}</p>`;
  }

  deliver() {
    this.set({ acting: null, decidedOn: this.order.version });
    this.act('delivery', 'POST', {});
  }

  openDialog(id) {
    this.items = id === 'change' ? new ItemRows(this, this.order.items, this.order.currency) : null;
    this.set({ error: null, acting: id, decidedOn: this.order.version });
    this.updateComplete.then(opens(id));
  }

  dialogs() {
    const { error } = this;
    const closed = () => this.set({ acting: null, error: null });
    const errorOf = (id) => (this.acting === id ? error : null);
    const text = (name, label, value = '') => field(name, label,
      html`<input id=${name} name=${name} required maxlength="200" autocomplete="off" .defaultValue=${value}>`, wrongOf(error)(name));
    return html`
      ${dialog(this, 'pay', t('pay'), html`${text('method', t('method'), 'card')}${text('reference', t('reference'))}`,
        (data) => this.act('payment', 'POST', { method: data.get('method'), reference: data.get('reference') }), t('pay'), { error: errorOf('pay'), closed })}
      ${dialog(this, 'ship', t('ship'), html`${text('carrier', t('carrier'))}${text('trackingNumber', t('trackingNumber'))}`,
        (data) => this.act('shipment', 'POST', { carrier: data.get('carrier'), trackingNumber: data.get('trackingNumber') }), t('ship'), { error: errorOf('ship'), closed })}
      ${dialog(this, 'cancel', t('cancelOrder'), text('reason', t('reason')),
        (data) => this.act('cancellation', 'POST', { reason: data.get('reason') }), t('cancelOrder'), { error: errorOf('cancel'), danger: true, closed })}
      ${dialog(this, 'change', t('changeItems'), this.items ? this.items.draw(wrongOf(error)) : nothing, () => this.changeItems(), t('save'), { error: errorOf('change'), closed })}`;
  }

  async changeItems() {
    let items;
    if (!(await this.doing(() => { items = this.items.read(); }))) {
      return false;
    }
    return this.act('items', 'PUT', { items }, false);
  }
}

customElements.define('order-view', OrderView);
