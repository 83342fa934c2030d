-- Browsers that somebody signed in with, by the digest of the secret in their cookie. One is known while the password is
-- the one of its last sign-in; of others it is kept that there were some.
create table known_browsers (
  user_id uuid not null references users on delete cascade,
  browser text not null,
  seen_at timestamptz not null default statement_timestamp(),
  primary key (user_id, browser)
);
create index known_browsers_browser on known_browsers (browser);
create index known_browsers_seen on known_browsers (seen_at);
