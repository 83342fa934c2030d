/** Events to Kafka: each event table is read by logical decoding and written to its topic. */
@NullMarked
package io.gatehouse.connector;

import org.jspecify.annotations.NullMarked;
