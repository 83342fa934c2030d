-- Appends the first event of several new orders at once, each for a request of its own: who arrives while a call is under
-- way shares the next one, its transaction and its flush. Answers one row per order, in the order asked. An order that is
-- refused leaves the others as they are; nothing is locked that anybody could wait for while he holds what these wait for.
--
-- A key may stand in a call only once. Joins go by index whatever the planner believes about tables that were just made.
--
-- outcome: APPENDED · REPLAY (this key was answered; see the answer_ columns) · IN_PROGRESS (this key is being worked on)
--        · CLOSED (the customer is gone)
create function place_orders(
  p_callers text[], p_keys text[], p_fingerprints text[],
  p_orders uuid[], p_customers text[], p_states text[], p_bodies text[],
  p_types text[], p_schemas integer[], p_data text[],
  p_subjects text[], p_clients text[], p_roles text[], p_requests text[], p_causations text[])
returns table (
  outcome text, order_id uuid, updated_at timestamptz,
  answer_fingerprint text, answer_status smallint, answer_orders uuid[], answer_versions integer[])
language plpgsql volatile
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_free boolean[];
begin
  v_free := array(
    select a.key is null or pg_try_advisory_xact_lock(hashtextextended(a.caller || chr(31) || a.key, 1))
    from unnest(p_callers, p_keys) with ordinality a (caller, key, n) order by n);
  -- Whoever closes a customer takes this lock alone: no order slips in beside it. What follows sees what was committed until now.
  perform pg_advisory_xact_lock_shared(hashtextextended(customer, 2)) from unnest(p_customers) customer;
  return query
    with asked as materialized (
      select a.*, v_free[a.n] as free, i.fingerprint as known, i.status, i.order_ids, i.versions, c.customer_id is not null as closed
      from unnest(p_callers, p_keys, p_fingerprints, p_orders, p_customers, p_states, p_bodies, p_types, p_schemas, p_data,
          p_subjects, p_clients, p_roles, p_requests, p_causations) with ordinality
        a (caller, key, fingerprint, id, customer, state, body, type, schema, data, subject, client, role, request, causation, n)
      left join idempotency i on i.caller = a.caller and i.key = a.key and i.created_at > clock_timestamp() - interval '24 hours'
      left join customers c on c.customer_id = a.customer and c.closed_at is not null),
    placed as materialized (
      select a.*, clock_timestamp() as at, nextval('event_positions') as position, pg_current_xact_id() as xid
      from asked a where free and known is null and not closed),
    hashed as materialized (
      select p.*, event_digest(''::bytea, id, 1, position, xid, type, schema::smallint, at, subject, client, role, request, causation, data) as head
      from placed p),
    new_events as (
      insert into events select id, 1, position, xid, type, schema, at, subject, client, role, request, causation, data, head from hashed),
    new_streams as (insert into streams select id, customer, 1, at, head from hashed),
    new_views as (insert into order_view select id, customer, state, 1, at, at, body from hashed),
    -- Only an answer older than 24 hours can still be there.
    answers as (
      insert into idempotency as i select caller, key, fingerprint, 201, array[id], array[1], at from hashed where key is not null
      on conflict (caller, key) do update set fingerprint = excluded.fingerprint, status = excluded.status,
        order_ids = excluded.order_ids, versions = excluded.versions, created_at = excluded.created_at)
    select case when not a.free then 'IN_PROGRESS' when a.known is not null then 'REPLAY' when a.closed then 'CLOSED' else 'APPENDED' end,
      a.id, h.at, a.known, a.status, a.order_ids, a.versions
    from asked a left join hashed h on h.n = a.n order by a.n;
end
$$;
