package io.gatehouse.orders;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.gatehouse.defaults.web.Visible;
import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.OrderCommand.Cancel;
import io.gatehouse.orders.domain.OrderCommand.ChangeItems;
import io.gatehouse.orders.domain.OrderCommand.Deliver;
import io.gatehouse.orders.domain.OrderCommand.Pay;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.domain.OrderCommand.Ship;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of requests. What only the server sets may be sent back and is ignored; anything else
 * that is unknown is refused. What people read has to be what it looks like.
 */
final class Bodies {
  private Bodies() {}

  @JsonIgnoreProperties({"id", "version", "status", "total", "placedAt", "updatedAt"})
  record PlaceOrder(
      @Nullable @Size(min = 1, max = 64) String customerId,
      @NotNull @Iso4217 String currency,
      @NotNull @Size(min = 1, max = 100) List<@NotNull @Valid ItemLine> items,
      @Nullable @Valid ShippingAddress shippingAddress) {

    Place toCommand(String subject) {
      return new Place(
          customerId == null ? subject : customerId,
          currency,
          toItems(items),
          shippingAddress == null ? null : shippingAddress.toAddress());
    }
  }

  record PlaceBatch(@NotNull @Size(min = 1, max = 50) List<@NotNull @Valid PlaceOrder> orders) {}

  record ItemLine(
      @NotBlank @Size(max = 64) @Visible String sku,
      @NotBlank @Size(max = 200) @Visible String name,
      @NotNull @Min(1) @Max(9_999) Integer quantity,
      @NotNull @Min(0) @Max(1_000_000_000) Long unitPrice) {}

  record ShippingAddress(
      @NotBlank @Size(max = 200) @Visible String name,
      @NotBlank @Size(max = 200) @Visible String line1,
      @Nullable @Size(max = 200) @Visible String line2,
      @NotBlank @Size(max = 100) @Visible String city,
      @Nullable @Size(max = 20) @Visible String postalCode,
      @NotNull @Iso3166 String country) {

    Address toAddress() {
      return new Address(name, line1, line2, city, postalCode, country);
    }
  }

  @JsonIgnoreProperties({"id", "version", "status", "total", "placedAt", "updatedAt"})
  record ChangeOfItems(@NotNull @Size(min = 1, max = 100) List<@NotNull @Valid ItemLine> items) {
    ChangeItems toCommand() {
      return new ChangeItems(toItems(items));
    }
  }

  @JsonIgnoreProperties({"id", "version", "status", "total", "placedAt", "updatedAt"})
  record Payment(
      @NotBlank @Size(max = 64) @Visible String method,
      @NotBlank @Size(max = 200) @Visible String reference) {
    Pay toCommand() {
      return new Pay(method, reference);
    }
  }

  @JsonIgnoreProperties({"id", "version", "status", "total", "placedAt", "updatedAt"})
  record Shipment(
      @NotBlank @Size(max = 64) @Visible String carrier,
      @NotBlank @Size(max = 200) @Visible String trackingNumber) {
    Ship toCommand() {
      return new Ship(carrier, trackingNumber);
    }
  }

  @JsonIgnoreProperties({"id", "version", "status", "total", "placedAt", "updatedAt"})
  record Delivery() {
    Deliver toCommand() {
      return new Deliver();
    }
  }

  @JsonIgnoreProperties({"id", "version", "status", "total", "placedAt", "updatedAt"})
  record Cancellation(@NotBlank @Size(max = 500) @Visible String reason) {
    Cancel toCommand() {
      return new Cancel(reason);
    }
  }

  private static List<Item> toItems(List<ItemLine> lines) {
    return lines.stream()
        .map(line -> new Item(line.sku(), line.name(), line.quantity(), line.unitPrice()))
        .toList();
  }
}
