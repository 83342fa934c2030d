/** The pages people see: sign-in, sign-up, consent, device activation, sign-out, errors. */
@NullMarked
package io.gatehouse.auth.pages;

import org.jspecify.annotations.NullMarked;
