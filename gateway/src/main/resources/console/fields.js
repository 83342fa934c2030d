// The API's fields by the names that people see, and what it says is wrong with them in their language.
import { html } from 'lit-element';
import { knows, t } from './text.js';

const LABELS = {
  current: 'currentPassword', customerId: 'customer', jwks: 'jwks.short', new: 'newPassword', postLogoutRedirectUris: 'postLogoutRedirectUris.short',
  quantity: 'item.quantity', redirectUris: 'redirectUris.short', scopes: 'scopes.short', shippingAddress: 'address', sku: 'item.sku', unitPrice: 'item.unitPrice',
  updatedAt: 'changedAt',
};
const LISTS = ['grants', 'postLogoutRedirectUris', 'redirectUris', 'roles', 'scopes'];

/** What people call a field of the API, such as items[0].quantity; a name that they never saw stays as it is. */
export function labelOf(field) {
  const [, item, address, name, nth] = /^(?:items\[(\d+)\](?:\.|$)|(shippingAddress)\.)?(\w*)(?:\[(\d+)\])?$/.exec(field) ?? [];
  const number = (at) => Number(at) + 1;
  if (item && !name) {
    return t('itemNumber', { number: number(item) });
  }
  const key = item ? `item.${name}` : address ? `address.${name}` : LABELS[name] ?? name;
  if (!name || !knows(key)) {
    return html`<code>${field}</code>`;
  }
  const label = nth ? t('nth', { name: t(key), number: number(nth) }) : t(key);
  return item ? `${t('itemNumber', { number: number(item) })}, ${label}` : label;
}

/** How many there may be: of the characters of a text, or of the entries of a list, whose choices have to be at least one. */
function size(field, { min, max }) {
  if (/^(roles|grants)$/.test(field)) {
    return 'rule.choose';
  }
  const what = /^(items|orders)$/.test(field) || LISTS.includes(field) ? 'entries' : 'characters';
  return min === '0' ? `rule.${what}.most` : min === max ? `rule.${what}.exact` : `rule.${what}`;
}

// What services say, as a pattern whose groups fill the places of a text. Bean Validation's own words are for programmers.
const RULES = [
  [/^must not be null$/, 'rule.given'],
  [/^must not be (?:blank|empty)$/, 'notEmpty'],
  [/^size must be between (?<min>\d+) and (?<max>\d+)$/, size],
  [/^must be greater than or equal to (?<min>-?\d+)$/, 'rule.least'],
  [/^must be less than or equal to (?<max>-?\d+)$/, 'rule.most'],
  [/^must only contain unique elements$/, 'rule.unique'],
  [/^must be a well-formed email address$/, 'rule.email'],
  [/^must have (?<min>\d+) to (?<max>\d+) characters and no control characters$/, 'rule.plain'],
  [/^must be (?<min>\d+) to (?<max>\d+) characters of text$/, 'rule.plain'],
  [/^must have no invisible, direction or private characters$/, 'rule.visible'],
  [/^must be one line$/, 'rule.oneLine'],
  [/^must be USER or ADMIN$/, 'rule.role'],
  [/^must be an ISO 4217 currency code such as (?<example>\w+)$/, 'rule.currency'],
  [/^must be an ISO 3166-1 country code such as (?<example>\w+)$/, 'rule.country'],
  [/^must be a status such as (?<example>\w+)$/, 'rule.status'],
  [/^must be (?:a number from )?(?<min>\d+) to (?<max>\d+)$/, 'rule.range'],
  [/^must be 1 to (?<max>\d+) ids$/, 'rule.ids'],
  [/^must have at most (?<max>\d+) ids$/, 'rule.ids'],
  [/^must be a comma-separated list of ids$/, 'rule.id'],
  [/^must be 1 to (?<max>\d+) visible ASCII characters$/, 'rule.ascii'],
  [/^must be a version number$/, 'rule.version'],
  [/^must be (?:a time such as|an RFC 3339 time)/, 'rule.time'],
  [/^must not be in the future$/, 'rule.past'],
  [/^must be \* or a list of quoted entity tags/, 'rule.tag'],
  [/^must be an object$/, 'rule.type'],
  [/^has the wrong type$/, 'rule.type'],
  [/^is out of range$/, 'rule.outOfRange'],
  [/^is not a known (?:field|parameter)$/, 'rule.unknown'],
  [/^must be given once$/, 'rule.once'],
  [/^goes alone: give one of /, 'rule.alone'],
  [/^cannot be combined with /, 'rule.alone'],
  [/^goes with customerId, and without limit and cursor$/, 'rule.alone'],
  [/^asks for more than fits one answer: /, 'rule.less'],
  [/^is (?:not a|no) cursor /, 'rule.cursor'],
  [/^is (?:not a|not an|no) (?:position|id) of this (?:feed|stream)$/, 'rule.cursor'],
  [/^must be authorization_code, refresh_token, client_credentials or /, 'rule.grant'],
  [/^must be an https URI without a fragment, /, 'rule.redirectUri'],
  [/^must not be empty with authorization_code$/, 'rule.redirectUri.needed'],
  [/^must not have client_credentials for a public client$/, 'rule.grant.public'],
  [/^must have refresh_token only with authorization_code or the device grant$/, 'rule.grant.renewal'],
  [/^must not be given for a public client$/, 'rule.jwks.public'],
  [/^must be a scope of the platform$/, 'rule.scope'],
  [/^must be a JWK set of /, 'rule.jwks'],
  [/^cannot be changed: register another client and delete this one$/, 'rule.fixed'],
];

/** What is wrong with a field: this page's own words by their key, a service's by the table, and as they come where it has none. */
export function sentenceOf({ field = '', message, key, values }) {
  if (key) {
    return t(key, values);
  }
  for (const [pattern, text] of RULES) {
    const groups = pattern.exec(message)?.groups;
    if (groups || pattern.test(message)) {
      return t(typeof text === 'function' ? text(field, groups) : text, groups);
    }
  }
  return html`<span lang="en">${message}</span>`;
}

// Refusals that are about one field, though they do not name it.
const OF_ONE_FIELD = { ALREADY_EXISTS: 'email', WRONG_PASSWORD: 'current' };

/** What the last answer said of one field, null if nothing; of a list, also of one of its entries, which is named. */
export const wrongOf = (error) => (name) => {
  if (error && name === OF_ONE_FIELD[error.code]) {
    return t(`error.${error.code}`);
  }
  const found = error?.details?.find((one) => one.field === name || one.field?.startsWith(`${name}[`));
  if (!found) {
    return null;
  }
  return found.field === name ? sentenceOf(found) : html`${labelOf(found.field)}: ${sentenceOf(found)}`;
};
