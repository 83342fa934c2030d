/** Which route a request takes, by which way, and who may call it: decided once, in one table. */
@NullMarked
package io.gatehouse.gateway.routes;

import org.jspecify.annotations.NullMarked;
