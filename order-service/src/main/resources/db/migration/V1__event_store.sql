-- One row per order: the version every writer must match, the clock that never goes back, and the head of the hash chain.
create table streams (
  order_id    uuid primary key,
  customer_id text        not null,
  version     integer     not null check (version between 1 and 1000),
  last_at     timestamptz not null,
  head        bytea       not null
) with (fillfactor = 70);
create index streams_of_customer on streams (customer_id, order_id);

-- What happened. (xid, position) is the order in which a feed may read without missing a late commit.
create sequence event_positions cache 32;
create table events (
  order_id      uuid        not null,
  version       integer     not null,
  position      bigint      not null,
  xid           xid8        not null,
  type          text        not null,
  schema        smallint    not null,
  at            timestamptz not null,
  subject       text        not null,
  client        text        not null,
  role          text        not null,
  request_id    text        not null,
  causation     text        not null,
  data          text        not null,
  hash          bytea       not null,
  primary key (order_id, version)
);
create index events_in_feed_order on events (xid, position);

-- A customer's data key, wrapped by the master key. Closed: the user is gone, the key destroyed, nothing can be ordered.
create table customers (
  customer_id text primary key,
  wrapped_key bytea,
  closed_at   timestamptz,
  check (closed_at is null or wrapped_key is null)
);

-- First successes by Idempotency-Key: never the answer itself, only what is needed to fold it again.
create table idempotency (
  caller      text        not null,
  key         text        not null,
  fingerprint text        not null,
  status      smallint    not null,
  order_ids   uuid[]      not null,
  versions    integer[]   not null,
  created_at  timestamptz not null,
  primary key (caller, key)
);
create index idempotency_by_age on idempotency using brin (created_at);

-- The current state of every order, for lists. Derived: commands never read it, and it can be rebuilt while it is served.
create table order_view (
  order_id    uuid        not null,
  customer_id text        not null,
  status      text        not null,
  version     integer     not null,
  placed_at   timestamptz not null,
  updated_at  timestamptz not null,
  body        text        not null,
  primary key (order_id)
) with (fillfactor = 80);
create index order_view_of_customer on order_view (customer_id, order_id desc);
create index order_view_by_status on order_view (status, order_id desc);

-- How far each foreign feed was followed.
create table checkpoints (
  feed     text primary key,
  position text not null
);

-- Foreign events that could not be handled: kept aside for an operator, so that the others go on.
create table parked_events (
  feed      text        not null,
  position  text        not null,
  event     text        not null,
  error     text        not null,
  parked_at timestamptz not null default now(),
  primary key (feed, position)
);
