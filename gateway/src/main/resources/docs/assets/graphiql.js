const { accessToken, showWho, signIn } = await import(document.getElementById('script').dataset.signIn);

const fetcher = async (parameters) => {
  const token = await accessToken();
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(token ? { Authorization: 'Bearer ' + token } : {}),
    },
    body: JSON.stringify(parameters),
  });
  return response.json();
};

if (await showWho()) {
  const { React, ReactDOM, GraphiQL } = window;
  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: '{\n  me {\n    name\n    orders(limit: 3) {\n      items { id status total }\n    }\n  }\n}\n',
    }),
  );
} else {
  await signIn();
}
