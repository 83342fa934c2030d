-- When the sign-in began that added a passkey: it ends with everything that sign-ins of before somebody claimed the account
-- put there. Of one from before this, or added by a version that does not tell it, the time at which it was added.
alter table passkey add column signed_in_at timestamptz;
update passkey set signed_in_at = created_at;
alter table passkey
  alter column signed_in_at set default now(),
  alter column signed_in_at set not null;
