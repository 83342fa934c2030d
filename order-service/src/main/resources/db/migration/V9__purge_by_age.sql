-- A block range index tells nothing any more once purged space is used again: each range then holds old rows and new ones.
-- Rows come in order of their age, so a B-tree grows at its right end alone and costs an insert next to nothing.
drop index idempotency_by_age;
create index idempotency_by_age on idempotency (created_at);
