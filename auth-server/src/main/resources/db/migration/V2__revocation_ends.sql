-- What an entry of kind sub ends: the sign-ins begun until then, or only the tokens made until then.
alter table revocation add column ends text not null default 'sign-ins'
  check (ends in ('sign-ins', 'tokens'));

-- Up to when another service's set has been followed to the end; read at the next start.
create table followed (
  source text primary key,
  complete timestamptz not null
);
