// For an ADMIN: the programs that may sign people in or call the API by themselves.
import { ApiError, change, readAll, send } from './api.js';
import { wrongOf } from './fields.js';
import { t } from './text.js';
import { busyNote, copyable, dialog, empty, errorPanel, field, html, nothing, opens, View, when } from './view.js';

const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'];
const NONE = { name: '', public: false, grants: GRANTS.slice(0, 2), redirectUris: [], postLogoutRedirectUris: [], scopes: ['openid'] };
const words = (text) => text.split(/[\s,]+/).filter(Boolean);

class ClientsView extends View {
  constructor() {
    super();
    this.clients = null;
    this.secret = null;
    this.chosen = null;
    this.acting = null;
  }

  opened() {
    this.loading(async (signal) => this.set({ clients: await readAll('/api/clients', signal) }));
  }

  async act(name, work) {
    this.acting = name;
    return this.doing(async (signal) => {
      await work();
      this.clients = await readAll('/api/clients', signal);
    });
  }

  /** As it is now, with the version that a change is made of. */
  async readOne(id) {
    const response = await send(`/api/clients/${id}`);
    return { ...(await response.json()), version: /"(.*)"/.exec(response.headers.get('ETag'))?.[1] };
  }

  /** The whole client: what a change leaves out would be taken away. */
  typed(data) {
    const client = {
      name: data.get('name'), public: this.chosen?.public ?? data.get('public') === 'on', grants: data.getAll('grants'),
      redirectUris: words(data.get('redirectUris')), postLogoutRedirectUris: words(data.get('postLogoutRedirectUris')), scopes: words(data.get('scopes')),
    };
    try {
      const jwks = data.get('jwks').trim();
      return jwks ? { ...client, jwks: JSON.parse(jwks) } : client;
    } catch {
      throw new ApiError(400, { code: 'VALIDATION_ERROR', message: '', details: [{ field: 'jwks', key: 'noJson' }] }, 0);
    }
  }

  create(data) {
    return this.act('create', async () => {
      this.secret = await change('POST', '/api/clients', this.typed(data));
      this.say(t('clientMade'));
    });
  }

  async save(data) {
    const { id, version } = this.chosen;
    const isSaved = await this.act('create', async () => {
      await change('PUT', `/api/clients/${id}`, this.typed(data), { version });
      this.say(t('saved'));
    });
    if (this.error?.code === 'VERSION_MISMATCH') {
      await this.choose(await this.readOne(id));
    }
    return isSaved;
  }

  renewSecret() {
    return this.act('renew', async () => {
      this.secret = await change('POST', `/api/clients/${this.chosen.id}/secret`);
      this.say(t('secretMade'));
    });
  }

  deleteClient() {
    return this.act('remove', async () => {
      await change('DELETE', `/api/clients/${this.chosen.id}`);
      this.secret = this.secret?.id === this.chosen.id ? null : this.secret;
      this.say(t('clientDeleted'));
    });
  }

  openDialog(id, client) {
    this.set({ chosen: client, error: null, acting: id });
    opens(id)();
  }

  /** Has the form say what this client is, whatever was typed into it before. */
  async choose(client) {
    this.set({ chosen: client });
    await this.updateComplete;
    this.querySelector('#create form').reset();
  }

  async openForm(client) {
    this.set({ error: null, acting: null });
    const isRead = await this.doing(async () => this.choose(client && await this.readOne(client.id)));
    if (isRead) {
      this.openDialog('create', this.chosen);
    }
  }

  render() {
    return html`<h1 tabindex="-1">${t('clients')}</h1>
      <p class="buttons"><button type="button" class="primary" id="open-create" @click=${() => this.openForm(null)}>${t('newClient')}</button></p>
      ${this.secret ? this.shownOnce() : nothing}
      ${this.acting ? nothing : errorPanel(this.error, () => this.opened())}
      ${this.clients ? this.list() : busyNote(this.busy)}
      ${this.dialogs()}`;
  }

  /** The secret, this once: it is nowhere else than on this screen. */
  shownOnce() {
    const { secret } = this;
    return html`<section class="note" aria-labelledby="made"><h2 id="made">${secret.name}</h2>
      <p>${t('id')} ${copyable(secret.id)}</p>
      ${secret.secret ? html`<p>${t('secretOnce')}</p><p id="secret">${copyable(secret.secret)}</p>` : html`<p>${t('noSecret')}</p>`}
      <p><button type="button" @click=${() => this.set({ secret: null })}>${t('noted')}</button></p></section>`;
  }

  list() {
    if (!this.clients.length) {
      return empty(t('noClients'));
    }
    return html`<ul class="lines">${this.clients.map((client) => html`<li><span><strong>${client.name}</strong>
        <span class="badge">${t(client.public ? 'public' : 'confidential')}</span> ${client.managed ? nothing : html`<span class="badge">${t('configured')}</span>`}<br>
        <code>${client.id}</code> · ${client.grants.map((grant) => t(`grant.${grant.split(':').pop()}`)).join(', ')}<br>
        <span class="soft">${client.scopes.join(' ')}${client.managed ? html` · ${when(client.updatedAt)}` : nothing}</span></span>
      ${client.managed ? html`<span class="buttons"><button type="button" class="small" aria-label="${t('change')}: ${client.name}"
          @click=${() => this.openForm(client)}>${t('change')}</button>${client.public ? nothing : html`<button type="button" class="small" aria-label="${t('newSecret')}: ${client.name}"
          @click=${() => this.openDialog('renew', client)}>${t('newSecret')}</button>`}
        <button type="button" class="small danger" aria-label="${t('remove')}: ${client.name}" @click=${() => this.openDialog('remove', client)}>${t('remove')}</button></span>` : nothing}</li>`)}</ul>`;
  }

  form(client, wrong) {
    const lines = (name) => field(name, t(name), html`<textarea id=${name} name=${name} rows="2" .defaultValue=${client[name].join('\n')}></textarea>`, wrong(name));
    return html`
      ${field('name', t('name'), html`<input id="name" name="name" required maxlength="100" autocomplete="off" .defaultValue=${client.name}>`, wrong('name'))}
      <label class="check"><input type="checkbox" name="public" ?checked=${client.public} ?disabled=${this.chosen}> ${t('publicText')}</label>
      <fieldset><legend>${t('grants')}</legend>${GRANTS.map((grant) => html`<label class="check"><input type="checkbox" name="grants" value=${grant} ?checked=${client.grants.includes(grant)}>
        ${t(`grant.${grant.split(':').pop()}`)}</label>`)}${wrong('grants') ? html`<p class="wrong" id="grants-wrong">${wrong('grants')}</p>` : nothing}</fieldset>
      ${lines('redirectUris')}${lines('postLogoutRedirectUris')}
      ${field('scopes', t('scopes'), html`<input id="scopes" name="scopes" .defaultValue=${client.scopes.join(' ')} required autocomplete="off">`, wrong('scopes'))}
      ${client.public ? html`<input type="hidden" name="jwks" value="">` : field('jwks', t('jwks'), html`<textarea id="jwks" name="jwks" rows="2" spellcheck="false"
        .defaultValue=${client.jwks ? JSON.stringify(client.jwks) : ''}></textarea>`, wrong('jwks'))}`;
  }

  dialogs() {
    const { chosen } = this;
    const errorOf = (name, danger = false) => ({ error: this.acting === name ? this.error : null, danger });
    return html`
      ${dialog(this, 'create', t(chosen ? 'changeClient' : 'newClient'), this.form(chosen ?? NONE, wrongOf(this.error)),
        (data) => (this.chosen ? this.save(data) : this.create(data)), t(chosen ? 'save' : 'create'), errorOf('create'))}
      ${dialog(this, 'renew', t('newSecret'), html`<p>${t('renewText', { name: chosen?.name })}</p>`, () => this.renewSecret(), t('newSecret'), errorOf('renew'))}
      ${dialog(this, 'remove', t('deleteClient'), html`<p>${t('deleteClientText', { name: chosen?.name })}</p>`, () => this.deleteClient(), t('deleteForEver'), errorOf('remove', true))}`;
  }
}

customElements.define('clients-view', ClientsView);
