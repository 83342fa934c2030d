-- What the role may that statements run as, where there is one beside the owner: see docs/decisions/owner-and-runtime-roles.md.
do $$
declare
  v_role text;
begin
  perform pg_advisory_xact_lock(hashtextextended('grants to the runtime role', 0));
  select quote_ident(rolname) into v_role from pg_roles where rolname = current_setting('gatehouse.runtime_role', true);
  if v_role is null then
    return;
  end if;
  execute format('grant connect on database %I to %s', current_database(), v_role);
  execute format('grant usage on schema %I to %s', current_schema(), v_role);
  -- Who does not migrate has to see whether somebody did.
  execute 'grant select on flyway_schema_history to ' || v_role;
  execute 'grant select, insert, update, delete on client, token_family, consent, revocation, followed, signing_key,
    client_assertion, passkey, answered_challenge, spring_session, spring_session_attributes to ' || v_role;
end
$$;
