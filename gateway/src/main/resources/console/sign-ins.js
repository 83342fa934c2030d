// Where somebody is signed in, each with a button that ends it.
import { t, timeOf } from './text.js';
import { html, nothing, when } from './view.js';

export const signInList = (signIns, end) => html`<ul class="lines">${signIns.map((one) => html`<li><span><strong>${one.client}</strong> ${one.current ? html`<span class="badge">${t('thisOne')}</span>` : nothing}<br>
    ${t('since')} ${when(one.startedAt)} · ${t('lastUsed')} ${when(one.lastUsedAt)}<br><span class="soft">${one.ip ?? ''} ${one.userAgent ?? ''}</span></span>
  ${one.current ? nothing : html`<button type="button" class="small" aria-label="${t('endSignIn')}: ${one.client}, ${timeOf(one.startedAt)}" @click=${() => end(one)}>${t('endSignIn')}</button>`}</li>`)}</ul>`;
