/** A Kafka broker as one process. */
@NullMarked
package io.gatehouse.kafka;

import org.jspecify.annotations.NullMarked;
