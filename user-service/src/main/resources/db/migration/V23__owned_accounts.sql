-- Whether an account is known to be of whoever reads its address: they set its password by a link that was sent there, or
-- followed one while they were signed in to it. Of others a stranger may have signed up with the address, and stay by what was
-- put there since: see docs/decisions/whose-account.md.
alter table users
  add column owned boolean not null default false,
  -- When the address's reader set the password of an account that was not known to be theirs.
  add column claimed_at timestamptz;

-- With everything end passkeys, too, which are auth-server's.
alter table revocations
  drop constraint revocations_ends_check,
  add constraint revocations_ends_check check (ends in ('sign-ins', 'tokens', 'everything'));
