// Items of an order, as they are placed or changed.
import { ApiError, change, newKey } from './api.js';
import { wrongOf } from './fields.js';
import { money, parseAmount, plainAmount, t } from './text.js';
import { busyNote, errorPanel, field, html, nothing, sends, View } from './view.js';

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'KWD'];
const ADDRESS = [['name', true], ['line1', true], ['line2', false], ['postalCode', false], ['city', true], ['country', true]];
const MOST = 1_000_000_000;
const blank = () => ({ sku: '', name: '', quantity: '1', unitPrice: '' });

/** Rows of items that can be added and removed; reads them as the API wants them. */
export class ItemRows {
  constructor(view, items, currency) {
    this.view = view;
    this.currency = currency;
    this.rows = items.map((item) => ({ ...item, quantity: String(item.quantity), unitPrice: plainAmount(item.unitPrice, currency) }));
    if (!this.rows.length) {
      this.rows.push(blank());
    }
  }

  draw(wrong) {
    return html`${this.rows.map((row, at) => html`<fieldset class="item"><legend>${t('itemNumber', { number: at + 1 })}</legend>
      ${this.input(row, at, 'sku', wrong, { maxlength: 64 })}
      ${this.input(row, at, 'name', wrong, { maxlength: 200 })}
      ${this.input(row, at, 'quantity', wrong, { mode: 'numeric' })}
      ${this.input(row, at, 'unitPrice', wrong, { mode: 'decimal' })}
      ${this.rows.length > 1 ? html`<button type="button" class="small" aria-label=${t('removeItem', { number: at + 1 })}
        @click=${() => this.drop(at)}>${t('remove')}</button>` : nothing}
    </fieldset>`)}
    <p class="buttons"><button type="button" @click=${() => this.add()}>${t('addItem')}</button>
    <span class="sum">${t('total')}: <strong>${this.total()}</strong></span></p>`;
  }

  input(row, at, name, wrong, { maxlength, mode }) {
    const id = `item-${at}-${name}`;
    const input = html`<input id=${id} .value=${row[name]} required maxlength=${maxlength ?? 20} inputmode=${mode ?? 'text'} autocomplete="off"
        @input=${(event) => { row[name] = event.target.value; this.view.requestUpdate(); }}>`;
    return field(id, t(`item.${name}`), input, wrong(`items[${at}].${name}`));
  }

  async focusOn(at) {
    this.view.requestUpdate();
    await this.view.updateComplete;
    this.view.querySelector(`#item-${at}-sku`)?.focus();
  }

  add() {
    this.rows.push(blank());
    return this.focusOn(this.rows.length - 1);
  }

  /** The item that takes its place gets the focus, or the last; what was said of items by their number is of others now. */
  drop(at) {
    this.rows.splice(at, 1);
    this.view.error = null;
    return this.focusOn(Math.min(at, this.rows.length - 1));
  }

  total() {
    const sum = this.rows.reduce((all, row) => all + Number(row.quantity) * parseAmount(row.unitPrice, this.currency), 0);
    return Number.isFinite(sum) ? money(sum, this.currency) : '–';
  }

  /** The items, or an error as the API would give it, with all that is wrong at once. */
  read() {
    const details = [];
    const items = this.rows.map((row, at) => {
      for (const name of ['sku', 'name'].filter((one) => !row[one].trim())) {
        details.push({ field: `items[${at}].${name}`, key: 'notEmpty' });
      }
      const unitPrice = parseAmount(row.unitPrice, this.currency);
      const quantity = /^\d{1,5}$/.test(row.quantity.trim()) ? Number(row.quantity) : NaN;
      if (Number.isNaN(unitPrice)) {
        details.push({ field: `items[${at}].unitPrice`, key: 'noAmount', values: { example: plainAmount(1230, this.currency) } });
      } else if (unitPrice > MOST) {
        details.push({ field: `items[${at}].unitPrice`, key: 'tooMuch', values: { max: money(MOST, this.currency) } });
      }
      if (Number.isNaN(quantity)) {
        details.push({ field: `items[${at}].quantity`, key: 'noQuantity' });
      }
      return { sku: row.sku, name: row.name, quantity, unitPrice };
    });
    if (details.length) {
      throw new ApiError(400, { code: 'VALIDATION_ERROR', message: '', details }, 0);
    }
    return items;
  }
}

class NewOrderView extends View {
  constructor() {
    super();
    this.currency = 'EUR';
    this.items = new ItemRows(this, [], this.currency);
    this.keys = new Map();
  }

  /** The same order that is sent again has the same key: it is placed once, whatever happens on the way. */
  keyOf(order) {
    const content = JSON.stringify(order);
    if (!this.keys.has(content)) {
      this.keys.clear();
      this.keys.set(content, newKey());
    }
    return this.keys.get(content);
  }

  async place(form) {
    const data = new FormData(form);
    const isPlaced = await this.doing(async () => {
      const address = Object.fromEntries(ADDRESS.map(([name]) => [name, data.get(`address-${name}`)?.trim() || null]));
      const order = { currency: this.currency, items: this.items.read() };
      if (Object.values(address).some(Boolean)) {
        order.shippingAddress = { ...address, country: address.country?.toUpperCase() ?? null };
      }
      this.order = await change('POST', '/api/orders', order, { key: this.keyOf(order) });
    });
    if (isPlaced) {
      this.say(t('placed'));
      location.hash = `#/orders/${this.order.id}`;
    }
    return isPlaced;
  }

  chooseCurrency(event) {
    this.currency = event.target.value;
    this.items.currency = this.currency;
    this.requestUpdate();
  }

  render() {
    const wrong = wrongOf(this.error);
    return html`<h1 tabindex="-1">${t('newOrder')}</h1>
      <form @submit=${sends(this, (form) => this.place(form))} novalidate>
        <div class="field"><label for="currency">${t('currency')}</label>
          <select id="currency" @change=${this.chooseCurrency}>${CURRENCIES.map((one) => html`<option ?selected=${one === this.currency}>${one}</option>`)}</select></div>
        ${this.items.draw(wrong)}
        <details><summary>${t('shipTo')}</summary>
          ${ADDRESS.map(([name, required]) => field(`address-${name}`, `${t(`address.${name}`)}${required ? '' : ` (${t('optional')})`}`,
            html`<input id="address-${name}" name="address-${name}" maxlength=${name === 'country' ? 2 : 200} autocomplete="off">`, wrong(`shippingAddress.${name}`)))}
        </details>
        ${errorPanel(this.error)}
        <p class="buttons"><button class="primary" type="submit">${t('place')}</button></p>
        ${busyNote(this.busy)}
      </form>`;
  }
}

customElements.define('new-order-view', NewOrderView);
