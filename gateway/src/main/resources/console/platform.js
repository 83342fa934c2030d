// For an ADMIN: what runs, as one gateway sees it, read every two seconds while somebody looks.
import { read } from './api.js';
import { knows, number, t } from './text.js';
import { busyNote, empty, errorPanel, html, nothing, svg, View, when } from './view.js';

const PAUSE_MS = 2_000;
const LINK = /(https?:\/\/\S+)/;
const SAMPLES = 29; // Five minutes, ten seconds each.
const IDLE = Array(SAMPLES).fill(0);

/** One or more lines over the same five minutes, each a list of numbers. */
function plot(lines, label) {
  const top = Math.max(...lines.flatMap((line) => line.values), 1e-9);
  const step = 100 / (SAMPLES - 1);
  const points = (values) => values.map((value, at) => `${(100 - (values.length - 1 - at) * step).toFixed(1)},${(23 - (value / top) * 22).toFixed(1)}`).join(' ');
  return html`<svg class="plot" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=${label}>${lines.map((line) => line.draw(points(line.values)))}</svg>`;
}

const svgLine = (points, kind) => svg`<polyline class=${kind} points=${points} vector-effect="non-scaling-stroke"></polyline>`;

const seconds = (value) => (value < 1 ? `${number(value * 1000, value < 0.1 ? 1 : 0)} ms` : `${number(value, 2)} s`);

/** A service that a team added may have events of its own. */
const wordsOf = ({ event }) => (knows(`security.${event}`) ? t(`security.${event}`) : '');

class PlatformView extends View {
  constructor() {
    super();
    this.platform = null;
    this.unfolded = new Set();
    this.look = () => this.poll();
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.look);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.look);
    clearTimeout(this.timer);
  }

  opened() {
    this.poll();
  }

  async poll() {
    clearTimeout(this.timer);
    if (document.hidden || this.asking) {
      return;
    }
    this.asking = true;
    try {
      const platform = await read('/api/platform', { signal: this.stopping.signal });
      this.set({ platform, error: null });
    } catch (error) {
      if (!this.stopping.signal.aborted) {
        this.set({ error });
      }
    } finally {
      this.asking = false;
    }
    if (this.isConnected) {
      this.timer = setTimeout(this.look, PAUSE_MS);
    }
  }

  render() {
    const { platform } = this;
    return html`<h1 tabindex="-1">${t('platform')}</h1>
      ${errorPanel(this.error, () => this.poll())}
      ${platform ? html`
        <dl class="facts">
          <div><dt>${t('limits')}</dt><dd><span class="badge ${platform.limits}">${t(`limits.${platform.limits}`)}</span></dd></div>
          <div><dt>${t('revocationsAge')}</dt><dd>${t('ago', { time: seconds(platform.revocationsAge) })}</dd></div></dl>
        ${this.services(platform.services)}${this.routes(platform.routes)}${this.mails(platform.mails)}${this.events(platform.events)}` : busyNote(!this.error)}`;
  }

  services(services) {
    return html`<section aria-labelledby="services"><h2 id="services">${t('services')}</h2>
      <div class="table stack" role="group" aria-labelledby="services" tabindex="0"><table>
      <thead><tr><th scope="col">${t('service')}</th><th scope="col">${t('breaker')}</th><th scope="col" class="amount">${t('shed')}</th><th scope="col">${t('instances')}</th></tr></thead>
      <tbody>${services.map((service) => html`<tr><th scope="row">${service.name}</th>
        <td data-label=${t('breaker')}><span class="badge breaker-${service.breaker}">${t(`breaker.${service.breaker}`)}</span></td><td class="amount" data-label=${t('shed')}>${service.shed}</td>
        <td data-label=${t('instances')}>${service.instances.length ? html`<ul class="plain">${service.instances.map((one) => html`<li><span class="badge instance-${one.state}">${t(`instance.${one.state}`)}</span>
          <code>${one.address}</code> ${one.version ?? ''} ${one.startedAt ? html`${t('since')} ${when(one.startedAt)}` : nothing}</li>`)}</ul>` : html`<span class="wrong">${t('noInstance')}</span>`}</td></tr>`)}</tbody></table></div></section>`;
  }

  routes(routes) {
    return html`<section aria-labelledby="routes"><h2 id="routes">${t('routes')}</h2><p class="soft">${t('routesText')}</p>
      <div class="table stack" role="group" aria-labelledby="routes" tabindex="0"><table>
      <thead><tr><th scope="col">${t('route')}</th><th scope="col">${t('rate')}</th><th scope="col">${t('latency')}</th><th scope="col" class="amount">${t('errorRate')}</th></tr></thead>
      <tbody>${routes.map((route) => this.routeRow(route))}</tbody></table></div></section>`;
  }

  routeRow(route) {
    const of = (name) => (route.history.length ? route.history.map((sample) => sample[name]) : IDLE);
    const rate = `${number(route.rate, 2)} /s`;
    const latency = route.p99 ? `p50 ${seconds(route.p50)} · p99 ${seconds(route.p99)}` : '–';
    return html`<tr><th scope="row">${route.id}</th>
      <td data-label=${t('rate')}>${plot([{ values: of('rate'), draw: (points) => svgLine(points, 'rate') }], rate)}${rate}</td>
      <td data-label=${t('latency')}>${plot([{ values: of('p99'), draw: (points) => svgLine(points, 'p99') }, { values: of('p50'), draw: (points) => svgLine(points, 'p50') }], latency)}${latency}</td>
      <td class="amount" data-label=${t('errorRate')}>${number(route.errors, 2)} /s</td></tr>`;
  }

  /** The same mail stays open when newer ones come before it. */
  unfold(isOpen, mail) {
    if (isOpen) {
      this.unfolded.add(mail.at);
    } else {
      this.unfolded.delete(mail.at);
    }
  }

  /** Where none are kept, nothing is said of them. */
  mails(mails) {
    return mails ? html`<section aria-labelledby="mails"><h2 id="mails">${t('mails')}</h2><p class="soft">${t('mailsText')}</p>
      ${mails.length ? mails.map((mail) => html`<details .open=${this.unfolded.has(mail.at)} @toggle=${(event) => this.unfold(event.target.open, mail)}><summary>${mail.subject} <span class="soft">${t('to')} ${mail.to} · ${when(mail.at)}</span></summary>
        <p class="mail">${mail.text.split(LINK).map((part) => (part.startsWith('http') ? html`<a href=${part}>${part}</a>` : part))}</p></details>`) : empty(t('noMails'))}</section>` : nothing;
  }

  events(events) {
    return html`<section aria-labelledby="security"><h2 id="security">${t('securityEvents')}</h2>
      ${events.length ? html`<div class="table stack" role="group" aria-labelledby="security" tabindex="0"><table>
        <thead><tr><th scope="col">${t('at')}</th><th scope="col">${t('what')}</th><th scope="col">${t('outcome')}</th><th scope="col">${t('who')}</th><th scope="col">${t('requestId')}</th></tr></thead>
        <tbody>${events.map((event) => html`<tr><td data-label=${t('at')}>${when(event.at)}</td><td data-label=${t('what')}>${wordsOf(event)} <span class="soft">${event.event}, ${event.service}</span></td><td data-label=${t('outcome')}>${t(`outcome.${event.outcome}`)}</td>
          <td data-label=${t('who')}>${event.subject ?? '–'} <span class="soft">${event.client ?? ''} ${event.ip ?? ''}</span></td><td data-label=${t('requestId')}><code>${event.requestId ?? ''}</code></td></tr>`)}</tbody></table></div>` : empty(t('noSecurityEvents'))}</section>`;
  }
}

customElements.define('platform-view', PlatformView);
