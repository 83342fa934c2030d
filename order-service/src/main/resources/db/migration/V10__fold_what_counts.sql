-- As before, but of changes of the items only the last is read: each replaces all items, and a thousand large ones would
-- be more than a process can hold. Those before it leave their place between the separators empty. It is one row: whoever
-- expects a thousand joins them with the whole table of customers.
create or replace function order_as_of(p_order uuid, p_time timestamptz)
returns table (customer_id text, last_version integer, version integer, placed_at timestamptz, updated_at timestamptz,
  packed text, future boolean)
language plpgsql volatile rows 1 as $$
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
      select max(e.version) as version, min(e.at) as placed_at, max(e.at) as updated_at,
             string_agg(case when e.type = 'ItemsChanged' and e.schema = 1 and e.version < l.version then ''
                             else e.type || '.' || e.schema || e.data end, chr(30) order by e.version) as packed
      from events e
      cross join (select max(version) as version from events
                  where order_id = s.order_id and at <= p_time and type = 'ItemsChanged' and schema = 1) l
      where e.order_id = s.order_id and e.at <= p_time) e
    where s.order_id = p_order;
end
$$;
