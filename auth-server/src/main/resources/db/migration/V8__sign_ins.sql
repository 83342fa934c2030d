-- What people are shown of their sign-ins: when each was renewed last, and from where it began.
alter table token_family
  add column last_used_at timestamptz not null default now(),
  add column ip text,
  add column user_agent text;

-- A person's sign-ins, newest first; for everything else it serves as the index before it did.
create index token_family_user_sid on token_family (user_id, sid desc);
drop index token_family_user;
