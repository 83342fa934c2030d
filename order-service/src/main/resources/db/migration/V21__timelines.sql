-- On which timeline of the server an event was written: each promotion of a standby begins one. By it a reader who saw what
-- the promoted server never had is told from one who goes on. Rows from before this know none, and count as of the first.
create function current_timeline() returns integer language sql volatile as $$
  select ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer
$$;
-- In two steps: a new column that computes its value would rewrite the table.
alter table events add column timeline integer;
alter table events alter column timeline set default current_timeline();
