/**
 * Access tokens (RFC 9068): the signing keys fetched in the background, the rules for a token with
 * the cache of those that passed, and Spring Security's resource server set up with them.
 */
@NullMarked
package io.gatehouse.defaults.tokens;

import org.jspecify.annotations.NullMarked;
