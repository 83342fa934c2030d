create table client (
  id text primary key,
  name text not null,
  secret_mac bytea,
  first_party boolean not null,
  may_introspect boolean not null,
  grant_types text[] not null,
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null,
  scopes text[] not null,
  updated_at timestamptz not null default now()
);

-- One row per token family: from the authorization request (or device request) to the last refresh token.
-- Tokens are not stored: codes as hashes, refresh tokens as the number of the current one.
create table token_family (
  id uuid primary key,
  client_id text not null references client on delete cascade,
  grant_type text not null,
  user_id text,
  sid uuid,
  sign_in uuid,
  signed_in_at timestamptz,
  scopes text[] not null,
  request text,
  consent_state_hash bytea unique,
  code_hash bytea unique,
  code_expires_at timestamptz,
  code_used boolean not null default false,
  device_code_hash bytea unique,
  user_code_hash bytea unique,
  device_expires_at timestamptz,
  device_code_used boolean not null default false,
  user_code_used boolean not null default false,
  refresh_number int not null default 0,
  refresh_issued_at timestamptz,
  refresh_expires_at timestamptz,
  version int not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create unique index token_family_sid on token_family (sid);
create index token_family_user on token_family (user_id);
create index token_family_sign_in on token_family (sign_in);
create index token_family_client on token_family (client_id);
create index token_family_expiry on token_family (expires_at);

create table consent (
  client_id text not null references client on delete cascade,
  user_id text not null,
  scopes text[] not null,
  granted_at timestamptz not null default now(),
  primary key (client_id, user_id)
);
create index consent_user on consent (user_id);

-- A set: entries live until the last token they hit has expired.
create table revocation (
  kind text not null check (kind in ('jti', 'sid', 'sub')),
  value text not null,
  at timestamptz not null,
  except_sid text,
  until timestamptz not null,
  added_at timestamptz not null default clock_timestamp(),
  primary key (kind, value, at)
);
create index revocation_added on revocation (added_at);
create index revocation_until on revocation (until);

-- private_key: AES-256-GCM, 12 bytes of nonce before the ciphertext, the key id as associated data.
create table signing_key (
  id text primary key,
  private_key bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  signs_from timestamptz not null
);

create table spring_session (
  primary_id char(36) not null,
  session_id char(36) not null,
  creation_time bigint not null,
  last_access_time bigint not null,
  max_inactive_interval int not null,
  expiry_time bigint not null,
  principal_name varchar(100),
  constraint spring_session_pk primary key (primary_id)
);
create unique index spring_session_ix1 on spring_session (session_id);
create index spring_session_ix2 on spring_session (expiry_time);
create index spring_session_ix3 on spring_session (principal_name);

create table spring_session_attributes (
  session_primary_id char(36) not null,
  attribute_name varchar(200) not null,
  attribute_bytes bytea not null,
  constraint spring_session_attributes_pk primary key (session_primary_id, attribute_name),
  constraint spring_session_attributes_fk foreign key (session_primary_id)
    references spring_session (primary_id) on delete cascade
);
