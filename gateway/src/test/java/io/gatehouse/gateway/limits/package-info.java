@NullMarked
package io.gatehouse.gateway.limits;

import org.jspecify.annotations.NullMarked;
