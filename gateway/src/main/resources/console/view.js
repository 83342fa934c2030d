// What all views have in common.
import { LitElement, html, nothing, svg } from 'lit-element';
import { labelOf, sentenceOf } from './fields.js';
import { field, sends, tieFields } from './forms.js';
import { signIn } from './session.js';
import { knows, t, timeOf } from './text.js';

const COPIED_MS = 3_000;
const AGAIN_MS = 5_000;

/** No answer, or one of the gateway's that says that a service is away. */
const isAway = (error) => [0, 502, 503, 504].includes(error.status);

/**
 * A part of the page, drawn into the page itself so that its labels and styles hold for it. It is opened with parameters and opened
 * again when they change; what the last opening still waits for is broken off.
 */
export class View extends LitElement {
  static properties = { params: { attribute: false }, me: { attribute: false } };

  constructor() {
    super();
    this.busy = false;
    this.error = null;
    this.redraw = () => this.requestUpdate();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('language', this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('language', this.redraw);
    this.stopping?.abort();
    clearTimeout(this.again);
  }

  willUpdate(changed) {
    if (changed.has('params')) {
      this.stopping?.abort();
      this.stopping = new AbortController();
      this.opened();
    }
  }

  updated() {
    tieFields(this);
  }

  /** Begins to load what the parameters say. */
  opened() {}

  set(values) {
    Object.assign(this, values);
    this.requestUpdate();
  }

  /** Does something that takes a while; true when it went well. */
  async doing(work) {
    const { signal } = this.stopping ?? {};
    this.set({ busy: true, error: null });
    try {
      await work(signal);
      return true;
    } catch (error) {
      if (!signal?.aborted) {
        this.error = error;
      }
      return false;
    } finally {
      // What was broken off left its place to another, which says itself when it is done.
      this.set(signal?.aborted ? {} : { busy: false });
    }
  }

  /** Loads what the view shows. What is away is asked again until it is back, while what went wrong stays to be read. */
  async loading(work) {
    const { signal } = this.stopping;
    clearTimeout(this.again);
    const isDone = await this.doing(work);
    if (!isDone && !signal.aborted) {
      this.loadAgain(work, signal);
    }
    return isDone;
  }

  loadAgain(work, signal) {
    if (!this.error || !isAway(this.error)) {
      return;
    }
    this.again = setTimeout(async () => {
      if (signal.aborted) {
        return;
      }
      if (document.hidden) {
        this.loadAgain(work, signal);
        return;
      }
      try {
        await work(signal);
        this.set({ error: null });
      } catch (error) {
        if (!signal.aborted) {
          this.set({ error });
          this.loadAgain(work, signal);
        }
      }
    }, AGAIN_MS);
  }

  /** Says to everybody, screen readers included, that something happened. */
  say(text) {
    window.dispatchEvent(new CustomEvent('said', { detail: text }));
  }
}

/** Copies, or selects what the browser does not let copy. */
async function copy(event, text) {
  const button = event.currentTarget;
  try {
    await navigator.clipboard.writeText(text);
    window.dispatchEvent(new CustomEvent('said', { detail: t('copied') }));
    // What is said is behind a dialog that is open.
    button.classList.add('copied');
    setTimeout(() => button.classList.remove('copied'), COPIED_MS);
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    window.dispatchEvent(new CustomEvent('said', { detail: t('selected') }));
  }
}

/** A text for programs, with a button that copies it. */
export const copyable = (text, label = t('copy')) => html`<span class="copyable"><code>${text}</code><button
  type="button" class="small" aria-label=${`${label}: ${text}`} @click=${(event) => copy(event, text)}>${t('copy')}</button></span>`;

/** The end of an id, which is not broken behind its dots. */
export const shortId = (id) => `…\u2060${id.slice(-6)}`;

/** A time as the reader wants it, with the exact one at hand. */
export const when = (at) => (at ? html`<time datetime=${at} title=${at}>${timeOf(at)}</time>` : html`<span class="soft">–</span>`);

/** What went wrong, what to do, and what to tell those who run the platform. */
export function errorPanel(error, retry) {
  if (!error) {
    return nothing;
  }
  const text = `error.${error.code}`;
  return html`<div class="error" role="alert">
    <p><strong>${knows(text) ? t(text) : t('error.other')}</strong></p>
    ${error.message && !knows(text) ? html`<p lang="en">${error.message}</p>` : nothing}
    ${error.details?.length ? html`<ul>${error.details.map((one) => html`<li>${labelOf(one.field)}: ${sentenceOf(one)}</li>`)}</ul>` : nothing}
    ${error.code ? html`<p class="soft"><code>${error.code}</code>${error.requestId ? html` · ${t('requestId')} ${copyable(error.requestId)}` : nothing}</p>` : nothing}
    ${error.maxAge === undefined ? nothing : html`<button type="button" @click=${() => signIn({ maxAge: error.maxAge })}>${t('signInAgain')}</button>`}
    ${retry ? html`<button type="button" @click=${retry}>${t('again')}</button>` : nothing}
  </div>`;
}

export const busyNote = (busy) => (busy ? html`<p class="busy" role="status"><span class="spinner" aria-hidden="true"></span>${t('loading')}</p>` : nothing);

export const empty = (text, action = nothing) => html`<div class="empty"><p>${text}</p>${action}</div>`;

export const statusBadge = (status) => html`<span class="badge ${status.toLowerCase()}">${t(`status.${status}`)}</span>`;

/**
 * Asks before something that cannot be undone. The dialog is the browser's own: it keeps the focus and gives it back.
 *
 * @param submit gets the form's data; the dialog closes when it gives true
 */
export function dialog(view, id, title, content, submit, action, { error = null, danger = false, closed = () => {} } = {}) {
  const close = (event) => event.currentTarget.closest('dialog').close();
  const send = async (form) => {
    const isDone = await submit(new FormData(form));
    if (isDone) {
      form.closest('dialog').close();
      form.reset();
    }
    return isDone;
  };
  return html`<dialog id=${id} @close=${closed} aria-labelledby=${`${id}-title`}>
    <form @submit=${sends(view, send)}>
      <h2 id=${`${id}-title`}>${title}</h2>
      ${content}
      ${errorPanel(error)}
      <p class="buttons"><button type="submit" class=${danger ? 'danger' : 'primary'}>${action}</button>
      <button type="button" @click=${close}>${t('close')}</button></p>
    </form></dialog>`;
}

export const opens = (id) => () => document.getElementById(id).showModal();

export { field, html, nothing, sends, svg };
