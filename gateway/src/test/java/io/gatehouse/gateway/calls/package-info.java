@NullMarked
package io.gatehouse.gateway.calls;

import org.jspecify.annotations.NullMarked;
