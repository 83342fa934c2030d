/** The registry: a Eureka server behind HTTP Basic. */
@NullMarked
package io.gatehouse.discovery;

import org.jspecify.annotations.NullMarked;
