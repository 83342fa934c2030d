-- Sign-ups of strangers who are told nothing (gatehouse.users.quiet-sign-up): what a link that was sent makes an account of,
-- by the SHA-256 of its secret. No password: that is set by whoever reads the address's mail.
create table sign_ups (
  digest bytea primary key,
  email text not null,
  name text not null,
  until timestamptz not null
);
create index sign_ups_email on sign_ups (email);
create index sign_ups_until on sign_ups (until);

-- Of the sign-ups with one address one waits at a time. Its name is in mails.about, and in no mail.
create unique index mails_one_sign_up on mails (recipient) where kind = 'sign-up' and attempts = 0;
