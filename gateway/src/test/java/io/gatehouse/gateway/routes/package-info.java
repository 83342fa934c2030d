@NullMarked
package io.gatehouse.gateway.routes;

import org.jspecify.annotations.NullMarked;
