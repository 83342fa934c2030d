// Live events, with what came while there was no connection.
import { live, seen } from './live.js';
import { t } from './text.js';
import { empty, html, nothing, shortId, View, when } from './view.js';

class EventsView extends View {
  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('live', this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('live', this.redraw);
  }

  render() {
    const missed = live.events.filter((event) => event.missed);
    const others = live.events.filter((event) => !event.missed);
    return html`<h1 tabindex="-1">${t('events')}</h1>
      <p role="status"><span class="live ${live.state}">${t(`live.${live.state}`)}</span> ${t(`liveText.${live.state}`)}</p>
      ${missed.length ? html`<section class="missed" aria-labelledby="missed"><h2 id="missed">${t('missed', { count: live.missed })}</h2>
        ${this.list(missed)}${live.missed > missed.length ? html`<p>${t('missedMore', { count: live.missed - missed.length })}
        <a href="#/orders">${t('orders')}</a></p>` : nothing}<p><button type="button" @click=${seen}>${t('seen')}</button></p></section>` : nothing}
      <section aria-labelledby="now"><h2 id="now">${t('sinceOpened')}</h2>
      ${others.length ? this.list(others) : empty(t('noEvents'), html`<a class="button" href="#/orders/new">${t('newOrder')}</a>`)}</section>`;
  }

  list(events) {
    return html`<ol class="events" reversed>${events.map((event) => html`<li data-id=${event.id}>${when(event.at)}
      <span><strong>${t(`event.${event.type}`)}</strong> · <a href="#/orders/${event.orderId}?version=${event.version}">${t('order')} ${shortId(event.orderId)},
      ${t('versionNumber', { version: event.version })}</a></span></li>`)}</ol>`;
  }
}

customElements.define('events-view', EventsView);
