package io.gatehouse.orders.domain;

import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Decision.Refused;
import io.gatehouse.orders.domain.OrderCommand.Cancel;
import io.gatehouse.orders.domain.OrderCommand.ChangeItems;
import io.gatehouse.orders.domain.OrderCommand.Deliver;
import io.gatehouse.orders.domain.OrderCommand.Erase;
import io.gatehouse.orders.domain.OrderCommand.Pay;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.domain.OrderCommand.Ship;
import io.gatehouse.orders.domain.OrderEvent.ItemsChanged;
import io.gatehouse.orders.domain.OrderEvent.OrderCancelled;
import io.gatehouse.orders.domain.OrderEvent.OrderDelivered;
import io.gatehouse.orders.domain.OrderEvent.OrderPaid;
import io.gatehouse.orders.domain.OrderEvent.OrderPlaced;
import io.gatehouse.orders.domain.OrderEvent.OrderShipped;
import io.gatehouse.orders.domain.OrderEvent.PersonalDataDestroyed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An order's state, folded from its events. {@link #decide} says what a command brings about in
 * this state, {@link #evolve} what an event makes of it.
 */
public sealed interface Order {

  /** Before anything happened. */
  record Blank() implements Order {}

  /** Ordered, not paid; the only state in which items may change. */
  record Placed(Contents contents) implements Order {}

  /** Paid, not shipped. */
  record Paid(Contents contents) implements Order {}

  /** On its way. */
  record Shipped(Contents contents) implements Order {}

  /** Arrived; nothing can happen any more. */
  record Delivered(Contents contents) implements Order {}

  /** Given up; nothing can happen any more. */
  record Cancelled(Contents contents) implements Order {}

  /** Nothing has happened. */
  static Order blank() {
    return new Blank();
  }

  /** What the command brings about, or why not. */
  static Decision decide(Order order, OrderCommand command) {
    return switch (command) {
      case Place place ->
          switch (order) {
            case Blank _ ->
                new Accepted(
                    new OrderPlaced(
                        place.customerId(),
                        place.currency(),
                        place.items(),
                        place.shippingAddress()));
            case Placed _, Paid _, Shipped _, Delivered _, Cancelled _ ->
                new Refused(Refusal.ALREADY_PLACED);
          };
      case ChangeItems change ->
          switch (order) {
            case Placed _ -> new Accepted(new ItemsChanged(change.items()));
            case Blank _ -> new Refused(Refusal.NOT_PLACED);
            case Paid _, Shipped _, Delivered _, Cancelled _ -> new Refused(Refusal.NOT_CHANGEABLE);
          };
      case Pay pay ->
          switch (order) {
            case Placed _ -> new Accepted(new OrderPaid(pay.method(), pay.reference()));
            case Blank _ -> new Refused(Refusal.NOT_PLACED);
            case Paid _, Shipped _, Delivered _, Cancelled _ -> new Refused(Refusal.NOT_PAYABLE);
          };
      case Ship ship ->
          switch (order) {
            case Paid _ -> new Accepted(new OrderShipped(ship.carrier(), ship.trackingNumber()));
            case Blank _ -> new Refused(Refusal.NOT_PLACED);
            case Placed _, Shipped _, Delivered _, Cancelled _ ->
                new Refused(Refusal.NOT_SHIPPABLE);
          };
      case Deliver _ ->
          switch (order) {
            case Shipped _ -> new Accepted(new OrderDelivered());
            case Blank _ -> new Refused(Refusal.NOT_PLACED);
            case Placed _, Paid _, Delivered _, Cancelled _ -> new Refused(Refusal.NOT_DELIVERABLE);
          };
      case Cancel cancel ->
          switch (order) {
            case Placed _, Paid _ -> new Accepted(new OrderCancelled(cancel.reason()));
            case Blank _ -> new Refused(Refusal.NOT_PLACED);
            case Shipped _, Delivered _, Cancelled _ -> new Refused(Refusal.NOT_CANCELLABLE);
          };
      case Erase _ ->
          switch (order) {
            case Placed(var contents) -> erase(contents, new OrderCancelled(null));
            case Paid(var contents) -> erase(contents, new OrderCancelled(null));
            case Shipped(var contents) -> erase(contents);
            case Delivered(var contents) -> erase(contents);
            case Cancelled(var contents) -> erase(contents);
            case Blank _ -> new Refused(Refusal.NOT_PLACED);
          };
    };
  }

  private static Decision erase(Contents contents, OrderEvent... then) {
    if (contents.erased()) {
      return new Accepted(List.of());
    }
    var events = new ArrayList<OrderEvent>();
    events.add(new PersonalDataDestroyed());
    Collections.addAll(events, then);
    return new Accepted(List.copyOf(events));
  }

  /**
   * The state after the event.
   *
   * @throws IllegalStateException when the event cannot happen in this state: the history is broken
   */
  static Order evolve(Order order, OrderEvent event) {
    return switch (event) {
      case OrderPlaced placed ->
          switch (order) {
            case Blank _ -> new Placed(Contents.of(placed));
            case Placed _, Paid _, Shipped _, Delivered _, Cancelled _ ->
                throw impossible(order, event);
          };
      case ItemsChanged changed ->
          switch (order) {
            case Placed was -> new Placed(was.contents().with(changed.items()));
            case Blank _, Paid _, Shipped _, Delivered _, Cancelled _ ->
                throw impossible(order, event);
          };
      case OrderPaid _ ->
          switch (order) {
            case Placed was -> new Paid(was.contents());
            case Blank _, Paid _, Shipped _, Delivered _, Cancelled _ ->
                throw impossible(order, event);
          };
      case OrderShipped _ ->
          switch (order) {
            case Paid was -> new Shipped(was.contents());
            case Blank _, Placed _, Shipped _, Delivered _, Cancelled _ ->
                throw impossible(order, event);
          };
      case OrderDelivered _ ->
          switch (order) {
            case Shipped was -> new Delivered(was.contents());
            case Blank _, Placed _, Paid _, Delivered _, Cancelled _ ->
                throw impossible(order, event);
          };
      case OrderCancelled _ ->
          switch (order) {
            case Placed was -> new Cancelled(was.contents());
            case Paid was -> new Cancelled(was.contents());
            case Blank _, Shipped _, Delivered _, Cancelled _ -> throw impossible(order, event);
          };
      case PersonalDataDestroyed _ ->
          switch (order) {
            case Placed(var contents) -> new Placed(contents.withoutPersonalData());
            case Paid(var contents) -> new Paid(contents.withoutPersonalData());
            case Shipped(var contents) -> new Shipped(contents.withoutPersonalData());
            case Delivered(var contents) -> new Delivered(contents.withoutPersonalData());
            case Cancelled(var contents) -> new Cancelled(contents.withoutPersonalData());
            case Blank _ -> throw impossible(order, event);
          };
    };
  }

  /**
   * What is in the order.
   *
   * @throws IllegalStateException for a blank order
   */
  default Contents contentsOrThrow() {
    return switch (this) {
      case Blank _ -> throw new IllegalStateException("a blank order has no contents");
      case Placed(var contents) -> contents;
      case Paid(var contents) -> contents;
      case Shipped(var contents) -> contents;
      case Delivered(var contents) -> contents;
      case Cancelled(var contents) -> contents;
    };
  }

  /**
   * The public name of this state.
   *
   * @throws IllegalStateException for a blank order
   */
  default OrderStatus status() {
    return switch (this) {
      case Blank _ -> throw new IllegalStateException("a blank order has no status");
      case Placed _ -> OrderStatus.PLACED;
      case Paid _ -> OrderStatus.PAID;
      case Shipped _ -> OrderStatus.SHIPPED;
      case Delivered _ -> OrderStatus.DELIVERED;
      case Cancelled _ -> OrderStatus.CANCELLED;
    };
  }

  private static IllegalStateException impossible(Order order, OrderEvent event) {
    return new IllegalStateException(
        event.getClass().getSimpleName()
            + " cannot happen to an order that is "
            + order.getClass().getSimpleName());
  }
}
