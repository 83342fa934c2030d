package io.gatehouse.orders.store;

/**
 * Who did it and why, kept with every event.
 *
 * @param role the strongest role that allowed it
 * @param causation what led to it: the command's name, or another service's event
 */
public record Actor(
    String subject, String client, String role, String requestId, String causation) {}
