-- How far inside a foreign event: the last stream that was changed because of it. All zeros between two events.
alter table checkpoints add column stream uuid not null default '00000000-0000-0000-0000-000000000000';

-- What destroys a customer's data takes two events more than anybody may ask for.
alter table streams drop constraint streams_version_check;
alter table streams add constraint streams_version_check check (version between 1 and 1002);

-- Moves a checkpoint unless somebody else did: compare and set.
create function move_checkpoint(p_feed text, p_position text, p_stream uuid, p_to_position text, p_to_stream uuid)
returns boolean language plpgsql volatile as $$
begin
  insert into checkpoints values (p_feed, '') on conflict do nothing;
  update checkpoints set position = p_to_position, stream = p_to_stream
    where feed = p_feed and position = p_position and stream = p_stream;
  return found;
end
$$;

-- An append that was brought about by a foreign event: stream and checkpoint change together or not at all.
create function append_following(
  p_feed text, p_position text, p_stream uuid, p_to_stream uuid,
  p_caller text, p_key text, p_fingerprint text, p_status smallint,
  p_orders uuid[], p_expected integer[], p_customers text[], p_states text[], p_bodies text[], p_counts integer[],
  p_types text[], p_schemas integer[], p_data text[],
  p_subject text, p_client text, p_role text, p_request text, p_causation text)
returns table (
  outcome text, order_id uuid, placed_at timestamptz, updated_at timestamptz, head bytea,
  answer_fingerprint text, answer_status smallint, answer_orders uuid[], answer_versions integer[])
language plpgsql volatile as $$
begin
  if not move_checkpoint(p_feed, p_position, p_stream, p_position, p_to_stream) then
    raise exception 'somebody else moved the checkpoint' using errcode = 'GH003';
  end if;
  return query select * from append_events(p_caller, p_key, p_fingerprint, p_status, p_orders, p_expected, p_customers,
    p_states, p_bodies, p_counts, p_types, p_schemas, p_data, p_subject, p_client, p_role, p_request, p_causation) a
    where a.outcome = 'APPENDED';
  if not found then
    raise exception 'version conflict' using errcode = 'GH001';
  end if;
end
$$;
