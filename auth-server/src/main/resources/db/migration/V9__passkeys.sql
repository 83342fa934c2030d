-- How somebody signed in, told to clients as amr and acr; null of sign-ins from before.
alter table token_family add column method text;

-- Public keys of passkeys (WebAuthn credentials), with what the library needs to check them.
create table passkey (
  id uuid primary key,
  user_id text not null,
  credential_id bytea not null unique,
  name text not null,
  public_key bytea not null,
  attestation_object bytea not null,
  client_data bytea not null,
  signature_count bigint not null,
  uv_initialized boolean not null,
  transports text[] not null,
  backup_eligible boolean not null,
  backup_state boolean not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index passkey_user on passkey (user_id, id desc);

-- Challenges that were answered, until they are too old to be answered again.
create table answered_challenge (
  hash bytea primary key,
  until timestamptz not null
);
create index answered_challenge_until on answered_challenge (until);
