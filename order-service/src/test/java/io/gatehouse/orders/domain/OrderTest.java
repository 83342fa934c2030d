package io.gatehouse.orders.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderTest {
  private static final Item BOOK = new Item("book-1", "A book", 2, 1230);
  private static final Address ADDRESS = new Address("Ada", "Street 1", null, "London", null, "GB");
  private static final OrderPlaced PLACED = new OrderPlaced("ada", "EUR", List.of(BOOK), ADDRESS);
  private static final OrderPaid PAID = new OrderPaid("card", "r-1");
  private static final OrderShipped SHIPPED = new OrderShipped("DHL", "t-1");
  private static final OrderDelivered DELIVERED = new OrderDelivered();
  private static final OrderCancelled CANCELLED = new OrderCancelled("no");
  private static final PersonalDataDestroyed ERASED = new PersonalDataDestroyed();

  private static final Place PLACE = new Place("ada", "EUR", List.of(BOOK), ADDRESS);
  private static final ChangeItems CHANGE = new ChangeItems(List.of(BOOK, BOOK));
  private static final Pay PAY = new Pay("card", "r-1");
  private static final Ship SHIP = new Ship("DHL", "t-1");
  private static final Deliver DELIVER = new Deliver();
  private static final Cancel CANCEL = new Cancel("no");

  @Test
  void anOrder_goesItsWay() {
    given().when(PLACE).then(PLACED);
    given(PLACED).when(CHANGE).then(new ItemsChanged(List.of(BOOK, BOOK)));
    given(PLACED).when(PAY).then(PAID);
    given(PLACED, PAID).when(SHIP).then(SHIPPED);
    given(PLACED, PAID, SHIPPED).when(DELIVER).then(DELIVERED);
    given(PLACED).when(CANCEL).then(CANCELLED);
    given(PLACED, PAID).when(CANCEL).then(CANCELLED);
  }

  @Test
  void everyOtherCommand_isRefused() {
    given(PLACED).when(PLACE).thenRefused(Refusal.ALREADY_PLACED);
    given(PLACED).when(SHIP).thenRefused(Refusal.NOT_SHIPPABLE);
    given(PLACED).when(DELIVER).thenRefused(Refusal.NOT_DELIVERABLE);
    given(PLACED, PAID).when(CHANGE).thenRefused(Refusal.NOT_CHANGEABLE);
    given(PLACED, PAID).when(PAY).thenRefused(Refusal.NOT_PAYABLE);
    given(PLACED, PAID, SHIPPED).when(CANCEL).thenRefused(Refusal.NOT_CANCELLABLE);
    given(PLACED, PAID, SHIPPED).when(SHIP).thenRefused(Refusal.NOT_SHIPPABLE);
    given(PLACED, PAID, SHIPPED, DELIVERED).when(CANCEL).thenRefused(Refusal.NOT_CANCELLABLE);
    given(PLACED, PAID, SHIPPED, DELIVERED).when(DELIVER).thenRefused(Refusal.NOT_DELIVERABLE);
    given(PLACED, CANCELLED).when(PAY).thenRefused(Refusal.NOT_PAYABLE);
    given(PLACED, CANCELLED).when(CANCEL).thenRefused(Refusal.NOT_CANCELLABLE);
    for (var command : List.of(CHANGE, PAY, SHIP, DELIVER, CANCEL, new Erase())) {
      given().when(command).thenRefused(Refusal.NOT_PLACED);
    }
  }

  @Test
  void erasure_leavesAReceiptOnce_andCancelsWhatIsOpen() {
    given(PLACED).when(new Erase()).then(ERASED, new OrderCancelled(null));
    given(PLACED, PAID).when(new Erase()).then(ERASED, new OrderCancelled(null));
    given(PLACED, PAID, SHIPPED).when(new Erase()).then(ERASED);
    given(PLACED, CANCELLED).when(new Erase()).then(ERASED);
    given(PLACED, CANCELLED, ERASED).when(new Erase()).then();
    assertThat(fold(PLACED, ERASED).contentsOrThrow().shippingAddress()).isNull();
  }

  @Test
  void anImpossibleEvent_stopsTheFold() {
    assertThatThrownBy(() -> fold(PLACED, SHIPPED)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fold(PAID)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fold(PLACED, PLACED)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> fold(ERASED)).isInstanceOf(IllegalStateException.class);
  }

  private static Order fold(OrderEvent... events) {
    var order = Order.blank();
    for (var event : events) {
      order = Order.evolve(order, event);
    }
    return order;
  }

  private static Given given(OrderEvent... events) {
    return new Given(fold(events));
  }

  private record Given(Order order) {
    When when(OrderCommand command) {
      return new When(Order.decide(order, command));
    }
  }

  private record When(Decision decision) {
    void then(OrderEvent... events) {
      assertThat(decision).isEqualTo(new Accepted(List.of(events)));
    }

    void thenRefused(Refusal refusal) {
      assertThat(decision).isEqualTo(new Refused(refusal));
    }
  }
}
