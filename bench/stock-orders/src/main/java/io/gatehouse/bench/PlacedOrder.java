package io.gatehouse.bench;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.UuidGenerator;

/** An order's row with those of its items. */
@Entity
@Table(
    name = "orders",
    indexes = @jakarta.persistence.Index(columnList = "customer_id, placed_at desc"))
class PlacedOrder {
  @Id
  @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
  UUID id;

  @Version int version;
  String customerId;
  String status;
  String currency;
  long total;
  String paymentMethod;
  String paymentReference;
  Instant placedAt;
  Instant updatedAt;
  @Embedded Address shippingAddress;

  @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
  @JoinColumn(name = "order_id", nullable = false, updatable = false)
  @OrderBy("id")
  List<Item> items;

  @Embeddable
  record Address(
      @NotBlank String name,
      @NotBlank String line1,
      String line2,
      @NotBlank String city,
      @NotBlank String postalCode,
      @NotBlank String country) {}

  /** One line. */
  @Entity
  @Table(name = "items", indexes = @jakarta.persistence.Index(columnList = "order_id"))
  static class Item {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "item_ids")
    @SequenceGenerator(name = "item_ids", sequenceName = "item_ids", allocationSize = 50)
    long id;

    @NotBlank String sku;
    @NotBlank String name;

    @Min(1)
    @Max(9_999)
    int quantity;

    @Min(0)
    @Max(1_000_000_000)
    long unitPrice;
  }
}
