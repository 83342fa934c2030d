// For an ADMIN: people, their roles and their passwords.
import { change, read, readAll, withQuery } from './api.js';
import { wrongOf } from './fields.js';
import { signInList } from './sign-ins.js';
import { t } from './text.js';
import { busyNote, copyable, dialog, empty, errorPanel, field, html, nothing, opens, sends, View, when } from './view.js';

class UsersView extends View {
  constructor() {
    super();
    this.users = null;
  }

  opened() {
    this.users = null;
    this.load(null);
  }

  load(cursor) {
    const last = this.users?.length ?? 0;
    return this[cursor ? 'doing' : 'loading'](async (signal) => {
      const email = this.params.query.get('email');
      const page = await read(withQuery('/api/users', email ? { email } : { limit: 20, cursor }), { signal });
      this.set({ users: [...(cursor ? this.users : []), ...page.items], next: page.next });
      if (cursor) {
        await this.updateComplete;
        this.querySelectorAll('tbody a')[last]?.focus();
      }
    });
  }

  find(event) {
    event.preventDefault();
    location.hash = withQuery('#/users', { email: new FormData(event.currentTarget).get('email').trim() });
  }

  render() {
    return html`<h1 tabindex="-1">${t('users')}</h1>
      <form class="filters" role="search" @submit=${this.find}>
        <div class="field"><label for="find">${t('email')}</label><input id="find" name="email" type="text" inputmode="email" autocomplete="off" .defaultValue=${this.params.query.get('email') ?? ''}></div>
        <button type="submit">${t('find')}</button>
        ${this.params.query.get('email') ? html`<a class="button" href="#/users">${t('all')}</a>` : nothing}</form>
      ${errorPanel(this.error, () => this.load(null))}
      ${this.users ? this.list() : busyNote(this.busy)}`;
  }

  list() {
    if (!this.users.length) {
      return empty(t('noUsers'));
    }
    return html`<div class="table stack" role="group" aria-label=${t('users')} tabindex="0"><table>
      <thead><tr><th scope="col">${t('email')}</th><th scope="col">${t('name')}</th><th scope="col">${t('roles')}</th><th scope="col">${t('memberSince')}</th></tr></thead>
      <tbody>${this.users.map((user) => html`<tr><th scope="row"><a href="#/users/${user.id}">${user.email}</a></th>
        <td data-label=${t('name')}>${user.name}</td><td data-label=${t('roles')}>${user.roles.join(', ')}</td><td data-label=${t('memberSince')}>${when(user.createdAt)}</td></tr>`)}</tbody></table></div>
      ${this.next ? html`<p><button type="button" aria-disabled=${this.busy} @click=${() => this.busy || this.load(this.next)}>${t('more')}</button></p>` : nothing}`;
  }
}

class UserView extends View {
  constructor() {
    super();
    this.user = null;
    this.signIns = null;
    this.acting = null;
  }

  get path() {
    return `/api/users/${this.params.id}`;
  }

  opened() {
    this.set({ user: null, signIns: null, acting: null });
    this.loading(async (signal) => {
      const [user, signIns] = await Promise.all([read(this.path, { signal }), readAll(`${this.path}/sign-ins`, signal)]);
      this.set({ user, signIns });
    });
  }

  async act(name, work, done) {
    this.acting = name;
    const isDone = await this.doing(work);
    if (isDone) {
      this.say(done);
    } else if (this.error?.code === 'VERSION_MISMATCH') {
      this.user = await read(this.path);
      this.requestUpdate();
    }
    return isDone;
  }

  save(form) {
    const data = new FormData(form);
    const { email, name, version } = this.user;
    return this.act('roles', async () => {
      this.user = await change('PUT', this.path, { email, name, roles: data.getAll('roles') }, { version });
    }, t('saved'));
  }

  async endSignIn(signIn) {
    await this.act('sign-ins', async () => {
      await change('DELETE', `${this.path}/sign-ins/${signIn.sid}`);
      this.signIns = this.signIns.filter((one) => one !== signIn);
    }, t('signInEnded'));
    this.querySelector('#ends')?.focus();
  }

  endAll() {
    return this.act('end-all', async () => {
      await change('DELETE', `${this.path}/sign-ins`);
      this.signIns = [];
    }, t('allEnded'));
  }

  setPassword(data) {
    return this.act('set-password', async () => {
      await change('PUT', `${this.path}/password`, { new: data.get('new') });
      this.signIns = [];
    }, t('signInsEnded'));
  }

  deleteUser() {
    return this.act('remove', async () => {
      await change('DELETE', this.path, undefined, { version: this.user.version });
      location.hash = '#/users';
    }, t('userDeleted'));
  }

  openDialog(id) {
    this.set({ error: null, acting: id });
    opens(id)();
  }

  render() {
    const { user } = this;
    if (!user) {
      return html`<h1 tabindex="-1">${t('user')}</h1>${errorPanel(this.error, () => this.opened())}${busyNote(this.busy)}`;
    }
    const errorOf = (name) => (this.acting === name ? this.error : null);
    const wrong = wrongOf(this.error);
    return html`<p class="crumb"><a href="#/users">${t('users')}</a></p>
      <h1 tabindex="-1">${user.name}</h1>
      <dl class="facts"><div><dt>${t('email')}</dt><dd>${user.email}</dd></div><div><dt>${t('id')}</dt><dd>${copyable(user.id)}</dd></div>
        <div><dt>${t('memberSince')}</dt><dd>${when(user.createdAt)}</dd></div><div><dt>${t('changedAt')}</dt><dd>${when(user.updatedAt)}</dd></div></dl>
      <p><a class="button" href="#/orders?customer=${user.id}">${t('theirOrders')}</a></p>
      <section aria-labelledby="roles"><h2 id="roles">${t('roles')}</h2><form @submit=${sends(this, (form) => this.save(form))}><fieldset><legend class="quiet">${t('roles')}</legend>
        ${['USER', 'ADMIN'].map((role) => html`<label class="check"><input type="checkbox" name="roles" value=${role} .checked=${user.roles.includes(role)}> ${t(`role.${role}`)}</label>`)}
          ${wrong('roles') ? html`<p class="wrong" id="roles-wrong">${wrong('roles')}</p>` : nothing}</fieldset>
        ${errorPanel(errorOf('roles'))}
        <p class="buttons"><button type="submit">${t('save')}</button></p></form></section>
      <section aria-labelledby="ends"><h2 id="ends" tabindex="-1">${t('signIns')}</h2>
        ${this.signIns.length ? html`${signInList(this.signIns, (one) => this.endSignIn(one))}
          <p><button type="button" id="open-end-all" @click=${() => this.openDialog('end-all')}>${t('endAll')}</button></p>` : html`<p class="soft">${t('signedInNowhere')}</p>`}
        ${errorPanel(errorOf('sign-ins'))}</section>
      <section aria-labelledby="account"><h2 id="account">${t('account.other')}</h2><p>${t('endByPassword')}</p>
        <p class="buttons"><button type="button" @click=${() => this.openDialog('set-password')}>${t('setPassword')}</button>
        <button type="button" class="danger" @click=${() => this.openDialog('remove')}>${t('deleteUser')}</button></p></section>
      ${dialog(this, 'end-all', t('endAll'), html`<p>${t('endAllText', { email: user.email })}</p>`, () => this.endAll(), t('endAll'), { error: errorOf('end-all'), danger: true })}
      ${dialog(this, 'set-password', t('setPassword'), html`<p>${t('endByPassword')}</p><input type="email" autocomplete="username" .value=${user.email} hidden>${field('new', t('newPassword'),
        html`<input id="new" name="new" type="password" required minlength="12" maxlength="128" autocomplete="new-password">`, wrong('new'), t('passwordHint'))}`,
        (data) => this.setPassword(data), t('setPassword'), { error: errorOf('set-password') })}
      ${dialog(this, 'remove', t('deleteUser'), html`<p>${t('deleteUserText', { email: user.email })}</p>`, () => this.deleteUser(), t('deleteForEver'), { error: errorOf('remove'), danger: true })}`;
  }
}

customElements.define('users-view', UsersView);
customElements.define('user-view', UserView);
