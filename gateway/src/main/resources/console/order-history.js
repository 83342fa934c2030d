// What an order was at one of its versions, what happened then and what that changed.
import { labelOf } from './fields.js';
import { money, t } from './text.js';
import { copyable, html, statusBadge, when } from './view.js';

// What somebody typed, as far as people want to see it again; null once their personal data is destroyed.
const TYPED = ['method', 'reference', 'carrier', 'trackingNumber', 'reason'];

/** An event of the order, with what was typed for it. */
export function happening(event, me) {
  const who = event.actor.subject === me.id ? t('you') : event.actor.subject;
  return html`<dl class="facts" aria-live="polite">
    <div><dt>${t('what')}</dt><dd>${t(`event.${event.type}`)}</dd></div>
    <div><dt>${t('at')}</dt><dd>${when(event.at)}</dd></div>
    <div><dt>${t('who')}</dt><dd>${who} <span class="soft">(${event.actor.role}, ${event.actor.client})</span></dd></div>
    <div><dt>${t('requestId')}</dt><dd>${copyable(event.requestId)}</dd></div>
    ${TYPED.filter((name) => name in event.data).map((name) => html`<div class="typed"><dt>${t(name)}</dt>
      <dd>${event.data[name] ?? html`<span class="soft">${t('destroyed')}</span>`}</dd></div>`)}</dl>`;
}

/** The order itself. */
export function stateOf(order) {
  const address = order.shippingAddress;
  return html`<p>${statusBadge(order.status)} <strong>${money(order.total, order.currency)}</strong></p>
    <div class="table stack" role="group" aria-label=${t('items')} tabindex="0"><table>
      <thead><tr><th scope="col">${t('item.name')}</th><th scope="col" class="amount">${t('item.quantity')}</th><th scope="col" class="amount">${t('item.unitPrice')}</th></tr></thead>
      <tbody>${order.items.map((item) => html`<tr><th scope="row">${item.name} <span class="soft">${item.sku}</span></th>
        <td class="amount" data-label=${t('item.quantity')}>${item.quantity}</td><td class="amount" data-label=${t('item.unitPrice')}>${money(item.unitPrice, order.currency)}</td></tr>`)}</tbody></table></div>
    ${address ? html`<address>${[address.name, address.line1, address.line2, [address.postalCode, address.city].filter(Boolean).join(' '), address.country]
      .filter(Boolean).map((line) => html`${line}<br>`)}</address>` : html`<p class="soft">${t('noAddress')}</p>`}`;
}

/** What a version changed, by the names of the page. */
export function changeTable(changes, currency) {
  return html`<div class="table stack" role="group" aria-label=${t('whatChanged')} tabindex="0"><table class="diff">
    <thead><tr><th scope="col">${t('field')}</th><th scope="col">${t('before')}</th><th scope="col">${t('after')}</th></tr></thead>
    <tbody>${changes.filter((one) => one.path !== 'version').map((one) => html`<tr><th scope="row">${labelOf(one.path)}</th>
      <td data-label=${t('before')}><del>${valueOf(one.path, one.before, currency)}</del></td>
      <td data-label=${t('after')}><ins>${valueOf(one.path, one.after, currency)}</ins></td></tr>`)}</tbody></table></div>`;
}

/** What was or is at a place of the order, as the page says it elsewhere. */
function valueOf(path, value, currency) {
  if (value === undefined || value === null) {
    return html`<span class="soft">–</span>`;
  }
  if (path === 'status') {
    return t(`status.${value}`);
  }
  if (path === 'total' || path.endsWith('.unitPrice')) {
    return money(value, currency);
  }
  if (path.endsWith('At')) {
    return when(value);
  }
  if (value.sku) {
    return `${value.quantity} × ${value.name} (${value.sku}), ${money(value.unitPrice, currency)}`;
  }
  return typeof value === 'object' ? Object.values(value).filter(Boolean).join(', ') : String(value);
}
