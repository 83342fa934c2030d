/**
 * Access tokens (RFC 9068): the signing keys fetched in the background, the verifier with its
 * cache, and what demands a token of every path that is not open.
 */
@NullMarked
package io.gatehouse.defaults.tokens;

import org.jspecify.annotations.NullMarked;
