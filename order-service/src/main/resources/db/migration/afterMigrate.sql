-- At every start: the connector's role may have been made since. One at a time, as two grants of the same may collide.
do $$
begin
  perform pg_advisory_xact_lock(hashtextextended('grants to connector', 0));
  if exists (select from pg_roles where rolname = 'connector')
      and not (has_column_privilege('connector', 'events', 'data', 'select')
        and has_table_privilege('connector', 'connector_progress', 'update')) then
    grant select (order_id, version, position, xid, type, schema, at, request_id, data) on events to connector;
    grant select, insert, update on connector_progress to connector;
  end if;
end
$$;

-- What the role may that statements run as, where there is one beside the owner: see docs/decisions/owner-and-runtime-roles.md.
-- Events and what their chain and order stand on are added, never changed or taken away; a deletion destroys keys.
do $$
declare
  v_role text;
begin
  perform pg_advisory_xact_lock(hashtextextended('grants to connector', 0));
  select quote_ident(rolname) into v_role from pg_roles where rolname = current_setting('gatehouse.runtime_role', true);
  if v_role is null then
    return;
  end if;
  execute format('grant connect on database %I to %s', current_database(), v_role);
  execute format('grant usage on schema %I to %s', current_schema(), v_role);
  -- Who does not migrate has to see whether somebody did.
  execute 'grant select on flyway_schema_history to ' || v_role;
  execute 'grant select, insert on events to ' || v_role;
  execute 'grant usage on sequence event_positions to ' || v_role;
  execute 'grant select, insert, update (version, last_at, head) on streams to ' || v_role;
  execute 'grant select, insert, update (wrapped_key, closed_at) on customers to ' || v_role;
  execute 'grant select, insert, update on checkpoints, parked_events to ' || v_role;
  execute 'grant select, insert, update, delete on order_view, idempotency to ' || v_role;
end
$$;
