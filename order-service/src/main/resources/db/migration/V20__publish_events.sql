-- What the connector reads by logical decoding: the events as they are inserted, nothing else of this database.
create publication gatehouse_events for table events (order_id, version, position, xid, type, schema, at, request_id, data)
  with (publish = 'insert', publish_via_partition_root = true);

-- How far the connector came, for the day when its replication slot is lost: see docs/kafka.md.
create table connector_progress (
  slot text primary key,
  -- Of the server whose transactions are meant: elsewhere they begin anew.
  system_identifier bigint not null,
  phase text not null check (phase in ('RESYNC', 'STREAMING')),
  -- What transactions before this one inserted has been sent.
  sent_below xid8 not null,
  -- How far a resync came.
  resync_transaction xid8 not null default '0',
  resync_position bigint not null default 0,
  changed_at timestamptz not null default statement_timestamp()
);
