package io.gatehouse.bench;

import io.gatehouse.bench.PlacedOrder.Address;
import io.gatehouse.bench.PlacedOrder.Item;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Placing, paying and reading. */
@RestController
@RequestMapping("/api/orders")
class OrderController {
  private final Orders orders;

  OrderController(Orders orders) {
    this.orders = orders;
  }

  record Line(
      @NotBlank String sku,
      @NotBlank String name,
      @Min(1) @Max(9_999) int quantity,
      @Min(0) @Max(1_000_000_000) long unitPrice) {

    static Line of(Item item) {
      return new Line(item.sku, item.name, item.quantity, item.unitPrice);
    }

    Item item() {
      var item = new Item();
      item.sku = sku;
      item.name = name;
      item.quantity = quantity;
      item.unitPrice = unitPrice;
      return item;
    }
  }

  record NewOrder(
      @NotBlank @Size(min = 3, max = 3) String currency,
      @NotEmpty @Size(max = 100) List<@Valid Line> items,
      @Valid Address shippingAddress) {}

  record Payment(@NotBlank String method, @NotBlank String reference) {}

  record OrderView(
      UUID id,
      String customerId,
      String status,
      String currency,
      List<Line> items,
      long total,
      Address shippingAddress,
      int version,
      Instant placedAt,
      Instant updatedAt) {

    static OrderView of(PlacedOrder order) {
      return new OrderView(
          order.id,
          order.customerId,
          order.status,
          order.currency,
          order.items.stream().map(Line::of).toList(),
          order.total,
          order.shippingAddress,
          order.version,
          order.placedAt,
          order.updatedAt);
    }
  }

  @PostMapping
  ResponseEntity<OrderView> place(
      @Valid @RequestBody NewOrder order, @AuthenticationPrincipal Jwt caller) {
    var placed = orders.place(order, caller.getSubject());
    return ResponseEntity.created(URI.create("/api/orders/" + placed.id())).body(placed);
  }

  @PostMapping("/{id}/payment")
  OrderView pay(
      @PathVariable UUID id,
      @Valid @RequestBody Payment payment,
      @AuthenticationPrincipal Jwt caller) {
    return orders.pay(id, payment, caller.getSubject());
  }

  @GetMapping("/{id}")
  OrderView read(@PathVariable UUID id, @AuthenticationPrincipal Jwt caller) {
    return orders.read(id, caller.getSubject());
  }

  /** The transactions. */
  @Service
  static class Orders {
    private final OrderRows rows;

    Orders(OrderRows rows) {
      this.rows = rows;
    }

    @Transactional
    OrderView place(NewOrder wanted, String customer) {
      var order = new PlacedOrder();
      order.customerId = customer;
      order.status = "PLACED";
      order.currency = wanted.currency();
      order.items = wanted.items().stream().map(Line::item).toList();
      order.total =
          wanted.items().stream().mapToLong(line -> line.quantity() * line.unitPrice()).sum();
      order.shippingAddress = wanted.shippingAddress();
      order.placedAt = Instant.now();
      order.updatedAt = order.placedAt;
      return OrderView.of(rows.save(order));
    }

    @Transactional
    OrderView pay(UUID id, Payment payment, String customer) {
      var order = owned(id, customer);
      if (!order.status.equals("PLACED")) {
        throw new ResponseStatusException(HttpStatus.UNPROCESSABLE_CONTENT);
      }
      order.status = "PAID";
      order.paymentMethod = payment.method();
      order.paymentReference = payment.reference();
      order.updatedAt = Instant.now();
      rows.flush();
      return OrderView.of(order);
    }

    @Transactional(readOnly = true)
    OrderView read(UUID id, String customer) {
      return OrderView.of(owned(id, customer));
    }

    private PlacedOrder owned(UUID id, String customer) {
      return rows.findById(id)
          .filter(order -> order.customerId.equals(customer))
          .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
  }
}
