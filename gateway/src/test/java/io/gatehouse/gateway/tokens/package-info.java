@NullMarked
package io.gatehouse.gateway.tokens;

import org.jspecify.annotations.NullMarked;
