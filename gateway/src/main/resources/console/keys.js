// For an ADMIN: the keys that tokens are signed with.
import { change, readAll } from './api.js';
import { t } from './text.js';
import { busyNote, copyable, dialog, errorPanel, html, nothing, opens, View, when } from './view.js';

class KeysView extends View {
  constructor() {
    super();
    this.keys = null;
    this.chosen = null;
    this.acting = null;
  }

  opened() {
    this.loading(async (signal) => this.set({ keys: await readAll('/api/keys', signal) }));
  }

  async act(name, work, done) {
    this.acting = name;
    let said = null;
    const isDone = await this.doing(async (signal) => {
      said = done(await work());
      this.keys = await readAll('/api/keys', signal);
    });
    if (isDone) {
      this.say(said);
    }
    return isDone;
  }

  /** The platform makes no second successor while one waits, and gives that one. */
  rotation(next) {
    return t(this.keys?.some((key) => key.kid === next.kid) ? 'rotationWaits' : 'rotated');
  }

  openDialog(id, key) {
    this.set({ chosen: key, error: null, acting: id });
    opens(id)();
  }

  render() {
    return html`<h1 tabindex="-1">${t('keys')}</h1>
      <p>${t('keysText')}</p>
      <p class="buttons"><button type="button" class="primary" @click=${() => this.openDialog('rotate', null)}>${t('rotate')}</button></p>
      ${this.acting ? nothing : errorPanel(this.error, () => this.opened())}
      ${this.keys ? html`<ul class="lines">${this.keys.map((key) => html`<li><span>${copyable(key.kid)} <span class="badge">${key.algorithm}</span>
          <span class="badge ${key.state.toLowerCase()}">${t(`key.${key.state}`)}</span><br>
          ${t('published')} ${when(key.publishedAt)} · ${t('signsFrom')} ${when(key.signsFrom)} · ${t('endsAt')} ${when(key.endsAt)}</span>
        <button type="button" class="small danger" aria-label="${t('leaked')}: ${key.kid}" @click=${() => this.openDialog('leaked', key)}>${t('leaked')}</button></li>`)}</ul>` : busyNote(this.busy)}
      ${dialog(this, 'rotate', t('rotate'), html`<p>${t('rotateText')}</p>`, () => this.act('rotate', () => change('POST', '/api/keys'), (next) => this.rotation(next)), t('rotate'),
        { error: this.acting === 'rotate' ? this.error : null })}
      ${dialog(this, 'leaked', t('leaked'), html`<p>${t('leakedText')}</p>${this.chosen ? html`<p><code>${this.chosen.kid}</code></p>` : nothing}`,
        () => this.act('leaked', () => change('DELETE', `/api/keys/${this.chosen.kid}`), () => t('keyGone')), t('takeOut'), { error: this.acting === 'leaked' ? this.error : null, danger: true })}`;
  }
}

customElements.define('keys-view', KeysView);
