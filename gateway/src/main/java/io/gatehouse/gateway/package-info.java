/**
 * The only door. A request's way is {@code edge} (parse, identify, refuse) → {@code tokens} →
 * {@code limits} → {@code routes} → {@code upstreams} (guard, forward).
 */
@NullMarked
package io.gatehouse.gateway;

import org.jspecify.annotations.NullMarked;
