const { accessToken, showWho } = await import(document.getElementById('script').dataset.signIn);

// The page signs in by itself, so the library's own dialogs for it stay away. Its deep links lie inside buttons, where neither
// keyboards nor screen readers expect one; the address bar has them.
const nothing = () => () => null;
const adapted = ({ React }) => ({
  wrapComponents: {
    authorizeBtn: nothing,
    authorizeOperationBtn: nothing,
    DeepLink: () => ({ text }) => React.createElement('span', null, text),
  },
});

/** What is optional starts empty under "Try it out": an example sent unasked would ask for something else. */
function withoutOptionalExamples(api) {
  const target = (node) => (node?.$ref ? node.$ref.slice(2).split('/').reduce((at, step) => at[step], api) : node);
  const operations = Object.values(api.paths).flatMap((path) => [path, ...Object.values(path)]);
  for (const parameter of operations.flatMap((operation) => operation.parameters ?? []).map(target)) {
    if (!parameter.required) {
      const { example, examples, ...schema } = target(parameter.schema);
      parameter.schema = schema;
      delete parameter.example;
    }
  }
  return api;
}

/** Names for controls that the library leaves without one, and a way for keyboards to scroll what is wide. */
function nameControls(root) {
  const name = (selector, text) =>
    root.querySelectorAll(selector + ':not([aria-label])').forEach((control) => control.setAttribute('aria-label', text(control)));
  name('.copy-to-clipboard button', () => 'Copy');
  name('.body-param__text', () => 'Request body');
  name('.parameters-col_description select', (control) => control.closest('[data-param-name]')?.dataset.paramName ?? 'Value');
  name('.content-type-wrapper select, .content-type', () => 'Media type');
  root.querySelectorAll('pre.microlight:not([tabindex])').forEach((text) => text.setAttribute('tabindex', '0'));
}

const main = document.getElementById('swagger-ui');
new MutationObserver(() => nameControls(main)).observe(main, { childList: true, subtree: true });

const answer = await fetch('/openapi.json');
window.SwaggerUIBundle({
  spec: withoutOptionalExamples(await answer.json()),
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  plugins: [adapted],
  requestInterceptor: async (request) => {
    const token = await accessToken();
    if (token && new URL(request.url, location.href).origin === location.origin) {
      request.headers.Authorization = 'Bearer ' + token;
    }
    return request;
  },
});

await showWho();
