// Where the focus goes when the element that has it goes away: a button that did its work, a line that was removed.
let last = null;
let place = null;

const canHoldFocus = 'a, button, input, select, textarea, summary, [tabindex]';
const headingOf = (element) => element.closest('section')?.querySelector('h2') ?? null;
const isShown = (element) => element.isConnected && element.checkVisibility();

function remember({ target }) {
  last = target;
  // What opened a dialog says where the focus was.
  place = target.closest('dialog') ? place : headingOf(target);
}

/** Whoever clicks beside everything wants the focus nowhere. */
function leave({ target }) {
  if (!target.closest(canHoldFocus)) {
    last = null;
  }
}

function goOn() {
  // Browsers take the focus from what is hidden only when they draw the page the next time.
  const holder = document.activeElement;
  const isHeld = holder && holder !== document.body && isShown(holder);
  if (!last || isHeld || isShown(last)) {
    return;
  }
  last = null;
  const heading = place && isShown(place) ? place : document.querySelector('main h1');
  if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
}

/** Sees to it from now on: the heading of the section that the focus was in gets it, else the page's. */
export function keepFocus(root) {
  root.addEventListener('focusin', remember);
  root.addEventListener('pointerdown', leave);
  new MutationObserver(goOn).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['open', 'hidden'] });
}
