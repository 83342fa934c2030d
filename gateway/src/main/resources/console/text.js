// What people read: messages, amounts and times in their language.
import en from './en.js';
import enFaults from './en-faults.js';
import de from './de.js';
import deFaults from './de-faults.js';

const languages = { en: { ...en, ...enFaults }, de: { ...de, ...deFaults } };
const STORED = 'gatehouse.language';
const ZONE = 'gatehouse.zone';

const chosen = () => {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages].filter(Boolean);
  return wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in languages) ?? 'en';
};

let language = chosen();
document.documentElement.lang = language;

export const languageNames = { en: 'English', de: 'Deutsch' };
export const currentLanguage = () => language;

/** Everything on the page says "language" itself again. */
export function chooseLanguage(tag) {
  language = tag;
  localStorage.setItem(STORED, tag);
  document.documentElement.lang = tag;
  window.dispatchEvent(new Event('language'));
}

/** Where the reader is, as the browser says it: Europe/Berlin. */
export const zoneName = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const isExact = () => sessionStorage.getItem(ZONE) === 'utc';

/** Has this tab say times in UTC to the microsecond, or in the reader's zone; everything on the page says them again. */
export function chooseZone(zone) {
  sessionStorage.setItem(ZONE, zone);
  window.dispatchEvent(new Event('language'));
}

/** The message of this key, or of key.one for a count of one, with {name} replaced. A key that is missing is a defect and shows as itself. */
export function t(key, values = {}) {
  const messages = languages[language];
  return ((values.count === 1 && messages[`${key}.one`]) || (messages[key] ?? key)).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

export const knows = (key) => key in languages[language];

/** The locale of numbers and times: the person's own where it is of the chosen language. */
const locale = () => navigator.languages.find((tag) => tag.startsWith(language)) ?? language;

// Minor units by ISO 4217; all others have two. Browsers differ for some of them.
const DIGITS = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

export function digitsOf(currency) {
  const found = Object.entries(DIGITS).find(([, names]) => names.split(' ').includes(currency));
  return found ? Number(found[0]) : 2;
}

/** An amount of minor units. */
export function money(amount, currency) {
  const digits = digitsOf(currency);
  return new Intl.NumberFormat(locale(), {
    style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

/** As it is typed into a field, without the currency. */
export const plainAmount = (amount, currency) => (amount / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));

/** Minor units of what somebody typed, with a point or a comma; NaN when it is no amount of this currency. */
export function parseAmount(text, currency) {
  const digits = digitsOf(currency);
  const found = /^(\d{1,10})(?:[.,](\d+))?$/.exec(text.trim());
  if (!found || (found[2] ?? '').length > digits) {
    return NaN;
  }
  return Number(found[1] + (found[2] ?? '').padEnd(digits, '0'));
}

export const number = (value, digits = 1) =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);

/** A time as the reader wants it: of their zone, or as the platform has it, 2026-11-22 10:00:00.000001 UTC. */
export const timeOf = (at) => (isExact() ? at.replace('T', ' ').replace('Z', ' UTC')
  : new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at)));
