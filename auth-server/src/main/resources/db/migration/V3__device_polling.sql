-- How often a device may ask whether it was let in, and when it last did (RFC 8628 section 3.5).
alter table token_family
  add column polled_at timestamptz,
  add column poll_seconds int not null default 5;
