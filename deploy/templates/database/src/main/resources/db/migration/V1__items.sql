-- Ids are UUIDv7, so that the primary key is also the order of creation, by which the list is paged.
create table items (
  id uuid primary key default uuidv7(),
  name text not null,
  quantity integer not null check (quantity >= 0),
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint items_name_taken unique (name)
);
