/** The set of revoked tokens, served to the gateways and fed by user-service. */
@NullMarked
package io.gatehouse.auth.revocations;

import org.jspecify.annotations.NullMarked;
