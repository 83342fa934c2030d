-- Clients that ADMIN manages while the platform runs, beside those of configuration.
-- deleted: unknown from then on; the row goes once everything that it was given has been removed.
-- previous_secret_mac: the secret before, which works until then.
-- jwks: public keys (RFC 7517) that the client may authenticate with.
alter table client
  add column managed boolean not null default false,
  add column deleted boolean not null default false,
  add column previous_secret_mac bytea,
  add column previous_secret_until timestamptz,
  add column jwks text,
  add column version int not null default 1,
  add column created_at timestamptz not null default now();

-- An entry of kind client hits what this client was given until then.
alter table revocation drop constraint revocation_kind_check;
alter table revocation add constraint revocation_kind_check check (kind in ('jti', 'sid', 'sub', 'client'));
