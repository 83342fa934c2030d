package io.gatehouse.gateway.routes;

/** Makes ready what a route on the framework's way will need, before its first request. */
public interface RoutePreparation {

  /** Called where blocking is allowed, before the table with this entry is in use. */
  void prepare(RouteEntry entry);
}
