// The pages of this browser that are signed in: each has a sign-in of its own, because tokens are in memory alone.
import { send } from './api.js';
import { signInId } from './session.js';

const OPENED = 'gatehouse.page.';
const MOST_AT_ONCE = 5;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let own = null;

/** Whether a page has the sign-in still: the browser takes the lock from a page that is reloaded, left or closed. */
const ifLeft = (sid, work) => navigator.locks.request(OPENED + sid, { ifAvailable: true }, (lock) => (lock ? work() : undefined));

/** Also when this page itself is left meanwhile. What could not be ended is left to the next page. */
async function endSignIn(sid) {
  if (localStorage.getItem(OPENED + sid) === null) {
    return; // Another page was quicker.
  }
  localStorage.removeItem(OPENED + sid);
  try {
    await send(`/api/me/sign-ins/${sid}`, { method: 'DELETE', keepalive: true });
  } catch (failed) {
    if (failed.status !== 404) {
      localStorage.setItem(OPENED + sid, '');
    }
  }
}

/** Says that this page is open, and ends the sign-ins of pages that are not any more: nobody could tell them apart in a list. */
export async function takeOver() {
  own = signInId();
  // The lock comes before the name: another page that opens now would take the sign-in for left.
  await new Promise((held) => {
    navigator.locks.request(OPENED + own, () => { held(); return new Promise(() => {}); });
  });
  localStorage.setItem(OPENED + own, '');
  const left = Object.keys(localStorage).filter((name) => name.startsWith(OPENED)).map((name) => name.slice(OPENED.length));
  left.filter((sid) => !ID.test(sid)).forEach((sid) => localStorage.removeItem(OPENED + sid)); // It would become a path.
  for (const sid of left.filter((one) => ID.test(one) && one !== own).slice(0, MOST_AT_ONCE)) {
    await ifLeft(sid, () => endSignIn(sid));
  }
}

// It is over, and there is nothing left to end.
window.addEventListener('session', () => localStorage.removeItem(OPENED + own));
