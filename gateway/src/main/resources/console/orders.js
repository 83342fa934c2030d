// My orders; for an ADMIN anybody's.
import { read, withQuery } from './api.js';
import { wrongOf } from './fields.js';
import { money, t } from './text.js';
import { busyNote, empty, errorPanel, field, html, nothing, shortId, statusBadge, View, when } from './view.js';

const STATUSES = ['PLACED', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED'];
const PAGE = 20;

// What an ADMIN may type instead of an id, and how it is said.
const WHOSE = ['me', 'all'];
const whoseOf = (typed) => WHOSE.find((one) => t(`customer.${one}`) === typed.trim().toLowerCase()) ?? typed.trim();
const saidOf = (customer) => (WHOSE.includes(customer) ? t(`customer.${customer}`) : customer);

class OrdersView extends View {
  constructor() {
    super();
    this.orders = null;
    this.next = null;
    this.happened = (event) => this.changed(event.detail);
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('live', this.happened);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('live', this.happened);
    clearTimeout(this.soon);
  }

  get isAdmin() {
    return this.me.roles.includes('ADMIN');
  }

  get filters() {
    const { query } = this.params;
    const customer = query.get('customer') ?? (this.isAdmin ? 'me' : '');
    return { status: query.get('status') ?? '', customer };
  }

  opened() {
    this.orders = null;
    this.load();
  }

  address(cursor) {
    const { status, customer } = this.filters;
    const customerId = customer === 'me' ? this.me.id : customer === 'all' ? '' : customer;
    return withQuery('/api/orders', { limit: PAGE, cursor, status, customerId });
  }

  load() {
    return this.loading(async (signal) => {
      const page = await read(this.address(null), { signal });
      this.set({ orders: page.items, next: page.next });
    });
  }

  more() {
    const last = this.orders.length;
    return this.doing(async (signal) => {
      const page = await read(this.address(this.next), { signal });
      this.set({ orders: [...this.orders, ...page.items], next: page.next });
      await this.updateComplete;
      this.querySelectorAll('tbody a')[last]?.focus();
    });
  }

  /** Something happened to an order: the first page is read again, once for what comes together. */
  changed(event) {
    if (event && this.orders && this.orders.length <= PAGE) {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.refresh(), 300);
    }
  }

  async refresh() {
    try {
      const page = await read(this.address(null), { signal: this.stopping.signal });
      this.set({ orders: page.items, next: page.next });
    } catch {
      // What is shown stays; the next event, or the person, tries again.
    }
  }

  choose(event) {
    event.preventDefault();
    const data = new FormData(event.currentTarget.form ?? event.currentTarget);
    location.hash = withQuery('#/orders', { status: data.get('status'), customer: this.isAdmin ? whoseOf(data.get('customer')) : '' });
  }

  render() {
    return html`<h1 tabindex="-1">${t('orders')}</h1>
      ${this.filterForm()}
      ${errorPanel(this.error, () => this.load())}
      ${this.orders ? this.list() : busyNote(this.busy)}`;
  }

  filterForm() {
    const { status, customer } = this.filters;
    return html`<form class="filters" @submit=${this.choose}>
      <div class="field"><label for="status">${t('status')}</label>
        <select id="status" name="status" @change=${this.choose}>
          <option value="">${t('all')}</option>
          ${STATUSES.map((one) => html`<option value=${one} .selected=${one === status}>${t(`status.${one}`)}</option>`)}
        </select></div>
      ${this.isAdmin ? html`${field('customer', t('customer'), html`<input id="customer" name="customer" list="whose" .value=${saidOf(customer)}>
        <datalist id="whose">${WHOSE.map((one) => html`<option value=${saidOf(one)}></option>`)}</datalist>`, wrongOf(this.error)('customerId'), t('customerHint'))}
        <button type="submit">${t('show')}</button>` : nothing}
      <a class="button primary" href="#/orders/new">${t('newOrder')}</a>
    </form>`;
  }

  list() {
    if (!this.orders.length) {
      const isOwn = this.isAdmin && this.filters.customer === 'me';
      return empty(t(isOwn ? 'noOwnOrders' : 'noOrders'), html`<a class="button" href="#/orders/new">${t('newOrder')}</a>
        ${isOwn ? html`<a class="button" href="#/orders?customer=all">${t('everybodysOrders')}</a>` : nothing}`);
    }
    return html`<div class="table stack" role="group" aria-label=${t('orders')} tabindex="0"><table>
      <thead><tr><th scope="col">${t('order')}</th><th scope="col">${t('status')}</th><th scope="col" class="amount">${t('total')}</th>
      <th scope="col">${t('placedAt')}</th><th scope="col">${t('version')}</th></tr></thead>
      <tbody>${this.orders.map((order) => html`<tr>
        <th scope="row"><a href="#/orders/${order.id}" title=${order.id}>${order.items[0].name}${order.items.length > 1
          ? t('andMore', { count: order.items.length - 1 }) : ''} <span class="soft">${shortId(order.id)}</span></a></th>
        <td data-label=${t('status')}>${statusBadge(order.status)}</td><td class="amount" data-label=${t('total')}>${money(order.total, order.currency)}</td>
        <td data-label=${t('placedAt')}>${when(order.placedAt)}</td><td data-label=${t('version')}>${order.version}</td></tr>`)}</tbody></table></div>
      ${busyNote(this.busy)}
      ${this.next ? html`<p><button type="button" aria-disabled=${this.busy} @click=${() => this.busy || this.more()}>${t('more')}</button></p>` : nothing}`;
  }
}

customElements.define('orders-view', OrdersView);
