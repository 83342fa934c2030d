'use strict';
/* Passkeys: makes one for the form that adds it, and uses one at sign-in (WebAuthn level 3). What it says, the form has. */
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) {
    return;
  }
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const options = (form) => {
    const asked = JSON.parse(form.dataset.options);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) {
      asked.user.id = bytes(asked.user.id);
    }
    for (const known of [...(asked.excludeCredentials || []), ...(asked.allowCredentials || [])]) {
      known.id = bytes(known.id);
    }
    return asked;
  };
  const send = (form, credential, response) => {
    form.elements.credential.value = JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: {},
      response,
    });
    form.submit();
  };
  const say = (form, sentence) => {
    form.querySelector('[role=status]').textContent = sentence;
  };

  const adding = document.getElementById('add-passkey');
  if (adding) {
    adding.hidden = false;
    document.getElementById('no-passkeys')?.remove();
    /* A browser that looked for it while the form was hidden has given it up. */
    adding.querySelector('[autofocus]')?.focus();
    adding.addEventListener('submit', async (event) => {
      event.preventDefault();
      say(adding, '');
      try {
        const made = await navigator.credentials.create({ publicKey: options(adding) });
        send(adding, made, {
          clientDataJSON: text(made.response.clientDataJSON),
          attestationObject: text(made.response.attestationObject),
          transports: made.response.getTransports ? made.response.getTransports() : [],
        });
      } catch (refused) {
        say(adding, refused.name === 'InvalidStateError'
          ? adding.dataset.exists
          : adding.dataset.failed);
      }
    });
  }

  const using = document.getElementById('use-passkey');
  if (using) {
    let waiting = new AbortController();
    const use = async (mediation) => {
      waiting.abort();
      waiting = new AbortController();
      const { signal } = waiting;
      try {
        const used = await navigator.credentials.get({ publicKey: options(using), mediation, signal });
        send(using, used, {
          clientDataJSON: text(used.response.clientDataJSON),
          authenticatorData: text(used.response.authenticatorData),
          signature: text(used.response.signature),
          userHandle: used.response.userHandle ? text(used.response.userHandle) : undefined,
        });
      } catch (refused) {
        if (!signal.aborted && mediation !== 'conditional') {
          say(using, using.dataset.failed);
        }
      }
    };
    using.hidden = false;
    using.addEventListener('submit', (event) => {
      event.preventDefault();
      say(using, '');
      use('optional');
    });
    /* Where the browser has it, passkeys are offered in the field of the address. */
    Promise.resolve(window.PublicKeyCredential.isConditionalMediationAvailable?.())
      .then((has) => { if (has) { use('conditional'); } });
  }
})();
