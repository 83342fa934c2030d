// My account: who I am, how I sign in, and where I am signed in.
import { change, read, withQuery } from './api.js';
import { wrongOf } from './fields.js';
import { publicUrl } from './session.js';
import { signInList } from './sign-ins.js';
import { t } from './text.js';
import { busyNote, dialog, errorPanel, field, html, nothing, opens, sends, View, when } from './view.js';

class AccountView extends View {
  constructor() {
    super();
    this.signIns = null;
    this.passkeys = null;
    this.acting = null;
    this.isUnconfirmed = false;
  }

  opened() {
    this.acting = null;
    this.loading(async (signal) => {
      const [signIns, passkeys] = await Promise.all([
        read('/api/me/sign-ins?limit=20', { signal }), read('/api/me/passkeys?limit=100', { signal })]);
      this.set({ signIns: signIns.items, nextSignIns: signIns.next, passkeys: passkeys.items });
    });
  }

  async moreSignIns() {
    const last = this.signIns.length;
    await this.doing(async (signal) => {
      const page = await read(withQuery('/api/me/sign-ins', { limit: 20, cursor: this.nextSignIns }), { signal });
      this.set({ signIns: [...this.signIns, ...page.items], nextSignIns: page.next });
      await this.updateComplete;
      this.querySelectorAll('[aria-labelledby=sign-ins] li')[last]?.querySelector('button')?.focus();
    });
  }

  async act(name, work, done) {
    this.acting = name;
    const isDone = await this.doing(work);
    if (isDone) {
      this.say(done);
    }
    return isDone;
  }

  async saveProfile(form) {
    const data = new FormData(form);
    const isSaved = await this.act('profile', async () => {
      const { me } = this;
      const changed = await change('PUT', `/api/users/${me.id}`, { email: data.get('email'), name: data.get('name') }, { version: me.version });
      window.dispatchEvent(new CustomEvent('me', { detail: changed }));
      // As it is from now on: another address counts once its link is followed.
      form.elements.email.value = changed.email;
      form.elements.name.value = changed.name;
    }, t('saved'));
    if (this.error?.code === 'VERSION_MISMATCH') {
      window.dispatchEvent(new CustomEvent('me', { detail: await read('/api/users/me') }));
    }
    return isSaved;
  }

  async savePassword(form) {
    const data = new FormData(form);
    const isSaved = await this.act('password', () =>
      change('PUT', `/api/users/${this.me.id}/password`, { current: data.get('current'), new: data.get('new') }), t('passwordSaved'));
    if (isSaved) {
      form.reset();
      this.opened();
    }
    return isSaved;
  }

  async endSignIn(signIn) {
    await this.act('sign-ins', async () => {
      await change('DELETE', `/api/me/sign-ins/${signIn.sid}`);
      this.signIns = this.signIns.filter((one) => one !== signIn);
    }, t('signInEnded'));
    this.querySelector('#sign-ins')?.focus();
  }

  async endOthers() {
    await this.act('sign-ins', async () => {
      await change('DELETE', '/api/me/sign-ins');
      this.signIns = this.signIns.filter((one) => one.current);
      this.nextSignIns = null;
    }, t('othersEnded'));
    this.querySelector('#sign-ins')?.focus();
  }

  async removePasskey(passkey) {
    await this.act('passkeys', async () => {
      await change('DELETE', `/api/me/passkeys/${passkey.id}`);
      this.passkeys = this.passkeys.filter((one) => one !== passkey);
    }, t('passkeyRemoved'));
    this.querySelector('#passkeys')?.focus();
  }

  async deleteAccount(data) {
    this.isUnconfirmed = data.get('confirm').trim().toLowerCase() !== this.me.email.toLowerCase();
    if (this.isUnconfirmed) {
      this.set({ acting: 'delete', error: null });
      return false;
    }
    this.acting = 'delete';
    return this.doing(async () => {
      await change('DELETE', `/api/users/${this.me.id}`);
      window.dispatchEvent(new Event('account-deleted'));
    });
  }

  render() {
    const { me } = this;
    const errorOf = (name) => (this.acting === name ? errorPanel(this.error) : nothing);
    const problem = wrongOf(this.error);
    return html`<h1 tabindex="-1">${t('account')}</h1>
      ${this.acting ? nothing : errorPanel(this.error, () => this.opened())}
      <section aria-labelledby="profile"><h2 id="profile">${t('profile')}</h2><form @submit=${sends(this, (form) => this.saveProfile(form))}>
        ${field('name', t('name'), html`<input id="name" name="name" .defaultValue=${me.name} required maxlength="100" autocomplete="name">`, problem('name'))}
        ${field('email', t('email'), html`<input id="email" name="email" type="email" .defaultValue=${me.email} required maxlength="254" autocomplete="email">`, problem('email'))}
        ${me.pendingEmail ? html`<p class="note">${t('pendingEmail', { email: me.pendingEmail })}</p>` : nothing}
        ${errorOf('profile')}
        <p class="buttons"><button type="submit">${t('save')}</button></p></form></section>
      <section aria-labelledby="password"><h2 id="password">${t('password')}</h2><form @submit=${sends(this, (form) => this.savePassword(form))}>
        <input type="email" autocomplete="username" .value=${me.email} hidden>
        ${field('current', t('currentPassword'), html`<input id="current" name="current" type="password" required autocomplete="current-password">`, problem('current'))}
        ${field('new', t('newPassword'), html`<input id="new" name="new" type="password" required minlength="12" maxlength="128" autocomplete="new-password">`, problem('new'), t('passwordHint'))}
        ${errorOf('password')}
        <p class="buttons"><button type="submit">${t('changePassword')}</button></p></form></section>
      <section aria-labelledby="passkeys"><h2 id="passkeys" tabindex="-1">${t('passkeys')}</h2>
        ${this.passkeys?.length ? html`<ul class="lines">${this.passkeys.map((one) => html`<li><span><strong>${one.name}</strong> ${t('added')} ${when(one.createdAt)}</span>
          <button type="button" class="small" aria-label="${t('remove')}: ${one.name}" @click=${() => this.removePasskey(one)}>${t('remove')}</button></li>`)}</ul>`
          : this.passkeys ? html`<p class="soft">${t('noPasskeys')}</p>` : busyNote(this.busy)}
        ${errorOf('passkeys')}
        <p><a class="button" href="${publicUrl}/account/passkeys">${t('managePasskeys')}</a></p></section>
      <section aria-labelledby="sign-ins"><h2 id="sign-ins" tabindex="-1">${t('signIns')}</h2>${this.signInList()}${errorOf('sign-ins')}</section>
      <section aria-labelledby="leave"><h2 id="leave">${t('deleteAccount')}</h2><p>${t('deleteText')}</p>
        <p class="buttons"><button type="button" class="danger" @click=${() => { this.set({ error: null, acting: 'delete', isUnconfirmed: false }); opens('delete')(); }}>${t('deleteAccount')}</button></p></section>
      ${dialog(this, 'delete', t('deleteAccount'), html`<p>${t('deleteText')}</p>${field('confirm', t('confirmEmail', { email: me.email }),
        html`<input id="confirm" name="confirm" required autocomplete="off">`, this.isUnconfirmed && t('typeYourEmail'))}`,
        (data) => this.deleteAccount(data), t('deleteForEver'), { error: this.acting === 'delete' ? this.error : null, danger: true })}`;
  }

  signInList() {
    if (!this.signIns) {
      return busyNote(this.busy);
    }
    return html`${signInList(this.signIns, (one) => this.endSignIn(one))}
      ${this.nextSignIns ? html`<p><button type="button" @click=${() => this.moreSignIns()}>${t('more')}</button></p>` : nothing}
      ${this.signIns.length > 1 ? html`<p><button type="button" id="end-others" @click=${() => this.endOthers()}>${t('endOthers')}</button></p>` : nothing}`;
  }
}

customElements.define('account-view', AccountView);
