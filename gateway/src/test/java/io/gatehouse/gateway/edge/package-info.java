@NullMarked
package io.gatehouse.gateway.edge;

import org.jspecify.annotations.NullMarked;
