/** Passkeys (WebAuthn): how they are added, used to sign in, listed and removed. */
@NullMarked
package io.gatehouse.auth.passkeys;

import org.jspecify.annotations.NullMarked;
