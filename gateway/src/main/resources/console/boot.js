// Loads the console, and begins again when a part of it did not come: what came is kept by the browser and is not asked for again.
const TRIES = 'gatehouse.tries';
const MOST = 5;
const PAUSE_MS = 2_000;

async function load() {
  await import('./app.js');
  if (!getComputedStyle(document.documentElement).getPropertyValue('--ink')) {
    throw new Error('the style sheet did not come');
  }
}

try {
  await load();
  sessionStorage.removeItem(TRIES);
} catch (failed) {
  const tries = Number(sessionStorage.getItem(TRIES));
  if (tries < MOST) {
    sessionStorage.setItem(TRIES, tries + 1);
    setTimeout(() => location.reload(), PAUSE_MS);
  } else {
    sessionStorage.removeItem(TRIES);
    // The languages may be what did not come.
    const isGerman = (localStorage.getItem('gatehouse.language') ?? navigator.language).startsWith('de');
    document.querySelector('gatehouse-console').textContent = isGerman
      ? 'Die Konsole wurde nicht geladen. Bitte laden Sie diese Seite neu.' : 'The console did not load. Please reload this page.';
    throw failed;
  }
}
