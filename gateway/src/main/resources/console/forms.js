// Forms and their fields: what is wrong with one is said where it is, to eyes and to screen readers.
import { html, nothing } from 'lit-element';

/** A labelled field with what is wrong with it. */
export function field(name, label, input, wrong, hint) {
  return html`<div class="field"><label for=${name}>${label}</label>${input}${wrong
    ? html`<p class="wrong" id=${`${name}-wrong`}>${wrong}</p>` : hint ? html`<p class="hint" id=${`${name}-hint`}>${hint}</p>` : nothing}</div>`;
}

/** Ties what is said below a field, or in a group of them, to its controls, and shows what is folded away. */
export function tieFields(root) {
  for (const group of root.querySelectorAll('.field, fieldset:not(.item)')) {
    const own = (kind) => group.querySelector(`:scope > .${kind}`);
    const wrong = own('wrong');
    const said = wrong ?? own('hint');
    const controls = group.querySelectorAll('input, select, textarea');
    for (const control of controls) {
      setOrRemove(control, 'aria-invalid', wrong && 'true');
    }
    setOrRemove(group.matches('fieldset') ? group : controls[0], 'aria-describedby', said?.id);
    if (wrong && group.closest('details')) {
      group.closest('details').open = true;
    }
  }
}

function setOrRemove(element, name, value) {
  if (value) {
    element.setAttribute(name, value);
  } else {
    element.removeAttribute(name);
  }
}

/**
 * Sends a form once at a time. Its button keeps the focus meanwhile, which a disabled one would lose; when it is refused, the first
 * field that is wrong gets it, or what is said is brought into sight.
 *
 * @param work gets the form; gives whether it went well
 */
export const sends = (view, work) => async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  if (form.ariaBusy === 'true') {
    return;
  }
  form.ariaBusy = 'true';
  const isDone = await work(form).finally(() => { form.ariaBusy = 'false'; });
  if (!isDone) {
    await view.updateComplete;
    form.querySelector('[aria-invalid=true]')?.focus();
    form.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' });
  }
};
