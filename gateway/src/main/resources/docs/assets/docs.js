const { accessToken, showWho } = await import(document.getElementById('script').dataset.signIn);

// The page signs in by itself, so the library's own dialogs for it stay away.
const withoutDialogs = { wrapComponents: { authorizeBtn: () => () => null, authorizeOperationBtn: () => () => null } };

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  plugins: [withoutDialogs],
  requestInterceptor: async (request) => {
    const token = request.loadSpec ? null : await accessToken();
    if (token && new URL(request.url, location.href).origin === location.origin) {
      request.headers.Authorization = 'Bearer ' + token;
    }
    return request;
  },
});

await showWho();
