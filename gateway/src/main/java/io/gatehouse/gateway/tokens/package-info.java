/** Who calls: access tokens, what needs none, and revocations. */
@NullMarked
package io.gatehouse.gateway.tokens;

import org.jspecify.annotations.NullMarked;
