// What somebody who knows the API document alone writes: every name and type below comes from it (schema.d.ts is generated).
/// <reference types="node" />
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [baseUrl] = process.argv.slice(2);
const form = (body: Record<string, unknown>) => new URLSearchParams(body as Record<string, string>);
const open = createClient<paths>({ baseUrl });

function expect<T>(step: string, answer: { data?: T; error?: unknown; response: Response }, status: number): T {
  if (answer.response.status !== status) {
    throw new Error(`${step}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  console.log("ok: " + step);
  return answer.data as T;
}

const email = `typed-${Date.now()}@example.com`;
const signUp: components["schemas"]["NewUser"] = { email, name: "Typed Client", password: "correct-horse-battery", roles: [] };
// 202, without a user, is for platforms whose sign-ups are quiet.
const user = expect("sign-up with an empty list of roles", await open.POST("/api/users", { body: signUp }), 201) as components["schemas"]["User"];

const token = expect(
  "token with the client's id and secret in the form",
  await open.POST("/oauth2/token", {
    body: { grant_type: "client_credentials", client_id: "demo-service", client_secret: "demo-secret", scope: "orders.read orders.write users.read" },
    bodySerializer: form,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  }),
  200,
);
expect(
  "token with the client's id and secret by Basic",
  await open.POST("/oauth2/token", {
    body: { grant_type: "client_credentials", scope: "orders.read" },
    bodySerializer: form,
    headers: { "Content-Type": "application/x-www-form-urlencoded", Authorization: "Basic " + btoa("demo-service:demo-secret") },
  }),
  200,
);

const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token.access_token}` } });
const order = expect(
  "order placed",
  await api.POST("/api/orders", {
    params: { header: { "Idempotency-Key": `typed-${Date.now()}` } },
    body: { customerId: user.id, currency: "EUR", items: [{ sku: "TEA-1", name: "Assam", quantity: 2, unitPrice: 1230 }] },
  }),
  201,
);
const paid = expect(
  "order paid",
  await api.POST("/api/orders/{id}/payment", { params: { path: { id: order.id } }, body: { method: "card", reference: "pay-1" } }),
  200,
);
const status: components["schemas"]["OrderStatus"] = paid.status;
const page = expect("list", await api.GET("/api/orders", { params: { query: { customerId: [user.id], status: [status] as never, limit: 5 } } }), 200);
const before = expect("order as it was", await api.GET("/api/orders/{id}", { params: { path: { id: order.id }, query: { version: 1 } } }), 200);
if (page.items.length !== 1 || before.status !== "PLACED" || order.total !== 2460) {
  throw new Error(JSON.stringify({ page, before, order }));
}
const refused = await api.POST("/api/orders/{id}/payment", { params: { path: { id: order.id } }, body: { method: "card", reference: "pay-2" } });
if (refused.response.status !== 422 || refused.error?.error.code !== "ORDER_NOT_PAYABLE") {
  throw new Error(JSON.stringify(refused.error));
}
console.log("ok: refusal in its type");
