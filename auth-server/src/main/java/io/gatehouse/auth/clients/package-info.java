/** Who may ask for tokens: the registered clients, from configuration. */
@NullMarked
package io.gatehouse.auth.clients;

import org.jspecify.annotations.NullMarked;
