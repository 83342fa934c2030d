package io.gatehouse.orders.domain;

import org.jspecify.annotations.Nullable;

/**
 * Where an order is sent: personal data.
 *
 * @param country ISO 3166-1 alpha-2
 */
public record Address(
    String name,
    String line1,
    @Nullable String line2,
    String city,
    @Nullable String postalCode,
    String country) {}
