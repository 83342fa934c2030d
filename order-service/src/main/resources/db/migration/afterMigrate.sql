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
