/** What is known of each request while it is here, and what is counted and logged of it. */
@NullMarked
package io.gatehouse.gateway.request;

import org.jspecify.annotations.NullMarked;
