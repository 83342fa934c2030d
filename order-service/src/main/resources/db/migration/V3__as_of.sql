-- An order's events up to a time. When no committed event is later, somebody may be about to append one that is older
-- than now: waiting for the stream's row lets them finish, and whoever comes later gets a later time.
create function order_as_of(p_order uuid, p_time timestamptz)
returns table (customer_id text, last_version integer, version integer, placed_at timestamptz, updated_at timestamptz,
  packed text, future boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_last timestamptz;
begin
  select s.last_at into v_last from streams s where s.order_id = p_order;
  if v_last <= p_time then
    perform from streams s where s.order_id = p_order for share;
  end if;
  return query
    select s.customer_id, s.version, e.version, e.placed_at, e.updated_at, e.packed, p_time > clock_timestamp()
    from streams s
    cross join lateral (
      select max(version) as version, min(at) as placed_at, max(at) as updated_at,
             string_agg(type || '.' || schema || data, chr(30) order by version) as packed
      from events where order_id = s.order_id and at <= p_time) e
    where s.order_id = p_order;
end
$$;
