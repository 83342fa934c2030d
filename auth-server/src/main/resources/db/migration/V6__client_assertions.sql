-- Assertions of clients (RFC 7523) that were used: each counts once. Removed once it has expired.
create table client_assertion (
  client_id text not null,
  jti_hash bytea not null,
  expires_at timestamptz not null,
  primary key (client_id, jti_hash)
);
create index client_assertion_expiry on client_assertion (expires_at);
