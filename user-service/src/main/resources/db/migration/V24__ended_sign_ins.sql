-- When a new password ended all sign-ins but one. In the user's row, which whoever changes the user waits for: a sign-in that
-- ended changes nothing any more, from the moment at which it did, not from when everybody has heard of it.
alter table users
  add column sign_ins_ended_at timestamptz,
  add column sign_ins_ended_except text;
