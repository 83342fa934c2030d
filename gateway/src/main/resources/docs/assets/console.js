const { finishSignIn, showWho } = await import(document.getElementById('script').dataset.signIn);
const message = document.getElementById('message');

async function welcome() {
  try {
    const page = await finishSignIn();
    if (page) {
      location.replace(page);
      return;
    }
    message.textContent = (await showWho()) ? 'You are signed in.' : 'You are not signed in.';
  } catch (failed) {
    message.textContent = failed.message;
    await showWho();
  }
}

await welcome();
