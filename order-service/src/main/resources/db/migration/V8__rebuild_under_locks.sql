-- Writes rows of the view that were folded from the events, and tells which: those whose stream is still at the version that
-- was folded. Whoever appends holds its stream's row, so the first statement waits for it, and the second, whose snapshot is
-- younger, sees what was committed; nobody appends until both are done. A row that was left out was written by who appended.
create function rebuild_views(
  p_orders uuid[], p_customers text[], p_states text[], p_versions integer[], p_placed timestamptz[], p_updated timestamptz[],
  p_bodies text[])
returns setof uuid language plpgsql volatile as $$
begin
  perform from streams s where s.order_id = any (p_orders) order by s.order_id for share;
  return query
    insert into order_view as v
      select r.id, r.customer, r.state, r.at_version, r.placed, r.updated, r.contents
      from unnest(p_orders, p_customers, p_states, p_versions, p_placed, p_updated, p_bodies)
        r (id, customer, state, at_version, placed, updated, contents)
      join streams s on s.order_id = r.id and s.version = r.at_version
    on conflict (order_id) do update set customer_id = excluded.customer_id, status = excluded.status,
      version = excluded.version, placed_at = excluded.placed_at, updated_at = excluded.updated_at, body = excluded.body
    returning v.order_id;
end
$$;
