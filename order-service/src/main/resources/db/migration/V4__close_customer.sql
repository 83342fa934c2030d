-- The customer is gone: the key is destroyed and nothing can be ordered any more. Waits for orders that are being placed,
-- so that whoever lists the customer's orders afterwards sees all there will ever be.
create function close_customer(p_customer text) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_customer, 2));
  insert into customers as c values (p_customer, null, clock_timestamp())
    on conflict (customer_id) do update set wrapped_key = null, closed_at = coalesce(c.closed_at, excluded.closed_at);
end
$$;
