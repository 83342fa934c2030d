-- Ids are UUIDv7, so that the primary key is also the order of creation, by which lists are paged.
create table users (
  id uuid primary key default uuidv7(),
  email text not null,
  name text not null,
  roles text[] not null,
  version bigint not null default 1,
  created_at timestamptz not null default statement_timestamp(),
  updated_at timestamptz not null default statement_timestamp(),
  -- Stored in lower case: this index is what makes sign-ups of one address race-proof.
  constraint users_email_taken unique (email)
);

create table credentials (
  user_id uuid primary key references users on delete cascade,
  password_hash text not null,
  changed_at timestamptz not null default statement_timestamp()
);

-- What other services learn about users: ids, types and versions, never personal data. Read in the order of
-- (transaction_id, position) below the oldest running transaction, so that no late commit is skipped.
create table user_events (
  position bigint generated always as identity primary key,
  transaction_id xid8 not null default pg_current_xact_id(),
  type text not null,
  user_id uuid not null,
  version bigint not null,
  at timestamptz not null default statement_timestamp(),
  request_id text
);
create index user_events_feed on user_events (transaction_id, position);

-- A live set: who must not be believed any more, until the last access token that this hits has expired.
create table revocations (
  id bigint generated always as identity primary key,
  user_id uuid not null,
  at timestamptz not null,
  except_sid text,
  until timestamptz not null
);
create index revocations_at on revocations (at);
create index revocations_until on revocations (until);

-- Failed sign-ins by address, whether or not an account has it. The key is a digest: addresses that people mistype
-- are not kept.
create table sign_in_failures (
  account bytea primary key,
  failures int not null,
  last_failure timestamptz not null,
  locked_until timestamptz
);
create index sign_in_failures_age on sign_in_failures (last_failure);

-- Accounts that configuration asked for, once. A deleted or changed one is not brought back.
create table seeded_accounts (
  email text primary key,
  at timestamptz not null default statement_timestamp()
);
