const { finishSignIn, showWho } = await import(document.getElementById('script').dataset.signIn);
const message = document.getElementById('message');

try {
  await finishSignIn();
  const token = await showWho();
  message.textContent = token ? 'You are signed in.' : 'You are not signed in.';
} catch (failed) {
  message.textContent = failed.message;
  await showWho();
}
