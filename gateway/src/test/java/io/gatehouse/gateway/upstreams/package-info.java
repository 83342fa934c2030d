@NullMarked
package io.gatehouse.gateway.upstreams;

import org.jspecify.annotations.NullMarked;
