package io.gatehouse.orders.store;

import io.gatehouse.orders.store.RequestKey.Answer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What came of an append. Only {@link Done} wrote anything. */
public sealed interface Appended {

  /** Durable: the time of each order's last event, in the order of the changes. */
  record Done(List<Head> heads) implements Appended {}

  record Head(UUID orderId, Instant at) {}

  /** Another version than expected. */
  record Conflict() implements Appended {}

  /** The key was answered before, perhaps for another request. */
  record Answered(Answer answer) implements Appended {}

  /** The key is being worked on by somebody else. */
  record InProgress() implements Appended {}

  /** A new order for a customer whose account was deleted. */
  record CustomerGone() implements Appended {}
}
