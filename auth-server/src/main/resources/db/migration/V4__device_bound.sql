-- From which address a device asked: each may have some waiting, not all there is room for.
alter table token_family add column asked_by text;
create index token_family_asked_by on token_family (asked_by) where asked_by is not null;
