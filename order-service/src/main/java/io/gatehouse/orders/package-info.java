/** Orders over HTTP: routes and request records. */
@NullMarked
package io.gatehouse.orders;

import org.jspecify.annotations.NullMarked;
