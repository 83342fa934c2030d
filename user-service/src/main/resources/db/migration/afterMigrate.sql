-- At every start: the connector's role may have been made since. One at a time, as two grants of the same may collide.
do $$
begin
  perform pg_advisory_xact_lock(hashtextextended('grants to connector', 0));
  if exists (select from pg_roles where rolname = 'connector')
      and not (has_table_privilege('connector', 'user_events', 'select')
        and has_table_privilege('connector', 'connector_progress', 'update')) then
    grant select on user_events to connector;
    grant select, insert, update on connector_progress to connector;
  end if;
end
$$;

-- What the role may that statements run as, where there is one beside the owner: see docs/decisions/owner-and-runtime-roles.md.
-- Events are added, never changed or taken away.
do $$
declare
  v_role text;
begin
  perform pg_advisory_xact_lock(hashtextextended('grants to connector', 0));
  select quote_ident(rolname) into v_role from pg_roles where rolname = current_setting('gatehouse.runtime_role', true);
  if v_role is null then
    return;
  end if;
  execute format('grant connect on database %I to %s', current_database(), v_role);
  execute format('grant usage on schema %I to %s', current_schema(), v_role);
  -- Who does not migrate has to see whether somebody did.
  execute 'grant select on flyway_schema_history to ' || v_role;
  execute 'grant select, insert on user_events, seeded_accounts to ' || v_role;
  execute 'grant select, insert, update, delete on users, credentials, known_browsers, revocations, sign_in_failures, sign_ups,
    mails, mail_links, mail_counts, kept_mails to ' || v_role;
end
$$;
