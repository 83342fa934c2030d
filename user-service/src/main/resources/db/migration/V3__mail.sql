-- The address that is to take the place of email, once whoever reads it followed the link that was sent there.
alter table users
  add column email_verified boolean not null default false,
  add column pending_email text,
  add column pending_until timestamptz,
  add constraint users_pending_whole check ((pending_email is null) = (pending_until is null));
create index users_pending on users (pending_until) where pending_until is not null;

-- What is to be sent, written by the statement that causes it. No text: a link's secret is made when the mail is sent,
-- and kept as a digest.
create table mails (
  id bigint generated always as identity primary key,
  kind text not null,
  recipient text not null,
  -- None for a reset, which asks after sending whether the address is anybody's.
  user_id uuid references users on delete cascade,
  -- Another address that the mail speaks of.
  about text,
  language text not null,
  created_at timestamptz not null default statement_timestamp(),
  attempts int not null default 0,
  -- When it is tried next; of one that is being sent, when its sender is given up; none for one that is parked.
  due timestamptz default statement_timestamp(),
  problem text
);
create index mails_due on mails (due);
create index mails_user on mails (user_id);
create index mails_parked on mails (created_at) where due is null;
-- Of the resets of one address one waits at a time.
create unique index mails_one_reset on mails (recipient) where kind = 'password-reset' and attempts = 0;

-- Links that were sent, by the SHA-256 of their secrets, and the address that each was sent to.
create table mail_links (
  digest bytea primary key,
  kind text not null,
  user_id uuid not null references users on delete cascade,
  email text not null,
  until timestamptz not null
);
create index mail_links_user on mail_links (user_id);
create index mail_links_until on mail_links (until);

-- How many mails of a kind went to an address, or were caused by a user, since when. The key is a digest.
create table mail_counts (
  key bytea primary key,
  count int not null,
  since timestamptz not null
);
create index mail_counts_since on mail_counts (since);

-- On a laptop without SMTP: what would have been sent.
create table kept_mails (
  id bigint generated always as identity primary key,
  recipient text not null,
  subject text not null,
  text text not null,
  at timestamptz not null default statement_timestamp()
);
