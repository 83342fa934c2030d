-- What an entry hits: every sign-in of the user (with its tokens), or only the access tokens made by then, whose roles
-- are no longer true.
alter table revocations
  add column ends text not null default 'sign-ins' check (ends in ('sign-ins', 'tokens'));

-- Whether somebody who acts was deleted.
create index revocations_user on revocations (user_id);

-- Kept for a reader that was away, and removed by age.
drop index revocations_until;
