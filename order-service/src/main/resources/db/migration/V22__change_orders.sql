-- Appends one event to each of several orders at once, each for a request of its own: who arrives while a call is under way
-- shares the next one, its transaction and its flush. Answers one row per order, in the order asked. An order that is refused
-- leaves the others as they are. No row of a stream is waited for, so a hot order holds up no other, and two calls, or a call
-- and a batch, cannot wait for each other.
--
-- An order and a key may stand in a call only once. Joins go by index whatever the planner believes about tables that were
-- just made.
--
-- outcome: APPENDED · CONFLICT (another version) · REPLAY (this key was answered; see the answer_ columns)
--        · IN_PROGRESS (this key is being worked on) · BUSY (somebody holds this order; append_events waits for him)
create function change_orders(
  p_callers text[], p_keys text[], p_fingerprints text[],
  p_orders uuid[], p_customers text[], p_states text[], p_bodies text[],
  p_types text[], p_schemas integer[], p_data text[],
  p_subjects text[], p_clients text[], p_roles text[], p_requests text[], p_causations text[], p_expected integer[])
returns table (
  outcome text, order_id uuid, updated_at timestamptz,
  answer_fingerprint text, answer_status smallint, answer_orders uuid[], answer_versions integer[])
language plpgsql volatile
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_free boolean[];
  v_locked uuid[];
begin
  v_free := array(
    select a.key is null or pg_try_advisory_xact_lock(hashtextextended(a.caller || chr(31) || a.key, 1))
    from unnest(p_callers, p_keys) with ordinality a (caller, key, n) order by n);
  -- The rows' locks come before the clock: whoever share-locks a row has seen all that is older than its own now.
  v_locked := array(
    select s.order_id from unnest(p_orders, p_expected, v_free) a (id, expected, free)
    join streams s on s.order_id = a.id and s.version = a.expected
    where a.free for no key update of s skip locked);
  -- What follows sees what was committed until now: whatever the keys' holders before us answered, and the heads as they stay.
  return query
    with asked as materialized (
      select a.*, a.expected + 1 as next, s.last_at, s.head, i.fingerprint as known, i.status, i.order_ids, i.versions,
        case when not v_free[a.n] then 'IN_PROGRESS' when i.fingerprint is not null then 'REPLAY'
          when s.version is distinct from a.expected then 'CONFLICT' when a.id <> all (v_locked) then 'BUSY'
          else 'APPENDED' end as told
      from unnest(p_callers, p_keys, p_fingerprints, p_orders, p_customers, p_states, p_bodies, p_types, p_schemas, p_data,
          p_subjects, p_clients, p_roles, p_requests, p_causations, p_expected) with ordinality
        a (caller, key, fingerprint, id, customer, state, body, type, schema, data, subject, client, role, request, causation,
          expected, n)
      left join idempotency i on i.caller = a.caller and i.key = a.key and i.created_at > clock_timestamp() - interval '24 hours'
      left join streams s on s.order_id = a.id),
    changed as materialized (
      select a.*, greatest(clock_timestamp(), last_at + interval '1 microsecond') as at, nextval('event_positions') as position,
        pg_current_xact_id() as xid
      from asked a where told = 'APPENDED'),
    hashed as materialized (
      select c.*, event_digest(head, id, next, position, xid, type, schema::smallint, at, subject, client, role, request,
        causation, data) as hash
      from changed c),
    new_events as (
      insert into events select id, next, position, xid, type, schema, at, subject, client, role, request, causation, data, hash
        from hashed),
    new_heads as (
      update streams s set version = h.next, last_at = h.at, head = h.hash from hashed h where s.order_id = h.id),
    new_views as (
      update order_view v set status = h.state, version = h.next, updated_at = h.at, body = h.body from hashed h
        where v.order_id = h.id and v.version < h.next
        returning v.order_id),
    -- The view was lost: an order's row comes back with its next change, also beside a rebuild that has an older one.
    lost_views as (
      insert into order_view as v select h.id, h.customer, h.state, h.next, e.at, h.at, h.body
        from hashed h join events e on e.order_id = h.id and e.version = 1
        where h.id not in (select order_id from new_views)
        on conflict (order_id) do update set status = excluded.status, version = excluded.version,
          updated_at = excluded.updated_at, body = excluded.body where v.version < excluded.version),
    -- Only an answer older than 24 hours can still be there.
    answers as (
      insert into idempotency as i select caller, key, fingerprint, 200, array[id], array[next], clock_timestamp()
        from hashed where key is not null
      on conflict (caller, key) do update set fingerprint = excluded.fingerprint, status = excluded.status,
        order_ids = excluded.order_ids, versions = excluded.versions, created_at = excluded.created_at)
    select a.told, a.id, h.at, a.known, a.status, a.order_ids, a.versions
    from asked a left join hashed h on h.n = a.n order by a.n;
end
$$;
