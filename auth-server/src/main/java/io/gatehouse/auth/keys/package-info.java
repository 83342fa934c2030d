/** Signing keys: encrypted at rest, rotated on schedule, published before use. */
@NullMarked
package io.gatehouse.auth.keys;

import org.jspecify.annotations.NullMarked;
