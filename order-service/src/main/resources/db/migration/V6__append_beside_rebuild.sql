-- Appends to one order or several, all or nothing, in one round trip.
--
-- Streams come in ascending order of id, so that two batches cannot wait for each other. p_counts says how many of the
-- consecutive events belong to each. Nothing is written before every check that can refuse has passed, except for a
-- conflict in a later stream of a batch, which raises and undoes the rest.
--
-- outcome: APPENDED · CONFLICT (another version) · REPLAY (this key was answered; see the answer_ columns)
--        · IN_PROGRESS (this key is being worked on) · CLOSED (a new order for a customer who is gone)
create or replace function append_events(
  p_caller text, p_key text, p_fingerprint text, p_status smallint,
  p_orders uuid[], p_expected integer[], p_customers text[], p_states text[], p_bodies text[], p_counts integer[],
  p_types text[], p_schemas integer[], p_data text[],
  p_subject text, p_client text, p_role text, p_request text, p_causation text)
returns table (
  outcome text, order_id uuid, placed_at timestamptz, updated_at timestamptz, head bytea,
  answer_fingerprint text, answer_status smallint, answer_orders uuid[], answer_versions integer[])
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_xid xid8;
  v_event integer := 0;
  v_version integer;
  v_at timestamptz;
  v_placed timestamptz;
  v_head bytea;
  v_position bigint;
  v_appended integer[] := '{}';
begin
  if p_key is not null then
    if not pg_try_advisory_xact_lock(hashtextextended(p_caller || chr(31) || p_key, 1)) then
      return query select 'IN_PROGRESS', null::uuid, null::timestamptz, null::timestamptz, null::bytea,
        null::text, null::smallint, null::uuid[], null::integer[];
      return;
    end if;
    return query select 'REPLAY', null::uuid, null::timestamptz, null::timestamptz, null::bytea,
        i.fingerprint, i.status, i.order_ids, i.versions
      from idempotency i
      where i.caller = p_caller and i.key = p_key and i.created_at > clock_timestamp() - interval '24 hours';
    if found then
      return;
    end if;
  end if;

  for i in 1 .. cardinality(p_orders) loop
    if p_expected[i] = 0 then
      -- Whoever closes a customer takes this lock alone: no order slips in beside it.
      perform pg_advisory_xact_lock_shared(hashtextextended(p_customers[i], 2));
      perform from customers c where c.customer_id = p_customers[i] and c.closed_at is not null;
      if found then
        if i > 1 then
          raise exception 'customer closed' using errcode = 'GH002';
        end if;
        return query select 'CLOSED', null::uuid, null::timestamptz, null::timestamptz, null::bytea,
          null::text, null::smallint, null::uuid[], null::integer[];
        return;
      end if;
      v_at := clock_timestamp() - interval '1 microsecond';
      v_head := ''::bytea;
      v_placed := null;
    else
      -- The row's lock comes before the clock: whoever share-locks the row has seen all that is older than its own now.
      select s.last_at, s.head into v_at, v_head from streams s
        where s.order_id = p_orders[i] and s.version = p_expected[i] for no key update;
      if not found then
        if i > 1 then
          raise exception 'version conflict' using errcode = 'GH001';
        end if;
        return query select 'CONFLICT', null::uuid, null::timestamptz, null::timestamptz, null::bytea,
          null::text, null::smallint, null::uuid[], null::integer[];
        return;
      end if;
    end if;

    v_xid := pg_current_xact_id();
    v_version := p_expected[i];
    for j in 1 .. p_counts[i] loop
      v_event := v_event + 1;
      v_version := v_version + 1;
      v_at := greatest(clock_timestamp(), v_at + interval '1 microsecond');
      v_position := nextval('event_positions');
      v_head := event_digest(v_head, p_orders[i], v_version, v_position, v_xid, p_types[v_event], p_schemas[v_event]::smallint,
        v_at, p_subject, p_client, p_role, p_request, p_causation, p_data[v_event]);
      insert into events values (p_orders[i], v_version, v_position, v_xid, p_types[v_event], p_schemas[v_event]::smallint,
        v_at, p_subject, p_client, p_role, p_request, p_causation, p_data[v_event], v_head);
      if v_version = 1 then
        v_placed := v_at;
      end if;
    end loop;

    if p_expected[i] = 0 then
      insert into streams values (p_orders[i], p_customers[i], v_version, v_at, v_head);
      insert into order_view values (p_orders[i], p_customers[i], p_states[i], v_version, v_placed, v_at, p_bodies[i]);
    else
      update streams s set version = v_version, last_at = v_at, head = v_head
        where s.order_id = p_orders[i] and s.version = p_expected[i];
      update order_view v set status = p_states[i], version = v_version, updated_at = v_at, body = p_bodies[i]
        where v.order_id = p_orders[i] and v.version < v_version
        returning v.placed_at into v_placed;
      if not found then
        -- The view was lost: this order's row comes back with its next change, also beside a rebuild that has an older one.
        insert into order_view as v select p_orders[i], p_customers[i], p_states[i], v_version, e.at, v_at, p_bodies[i]
          from events e where e.order_id = p_orders[i] and e.version = 1
          on conflict (order_id) do update set status = excluded.status, version = excluded.version,
            updated_at = excluded.updated_at, body = excluded.body where v.version < excluded.version;
      end if;
    end if;
    v_appended := v_appended || v_version;
    return query select 'APPENDED', p_orders[i], v_placed, v_at, v_head,
      null::text, null::smallint, null::uuid[], null::integer[];
  end loop;

  if p_key is not null then
    -- Only an answer older than 24 hours can still be there.
    insert into idempotency as i values (p_caller, p_key, p_fingerprint, p_status, p_orders, v_appended, clock_timestamp())
      on conflict (caller, key) do update set fingerprint = excluded.fingerprint, status = excluded.status,
        order_ids = excluded.order_ids, versions = excluded.versions, created_at = excluded.created_at;
  end if;
end
$$;
