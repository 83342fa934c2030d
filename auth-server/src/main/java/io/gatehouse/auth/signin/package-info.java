/**
 * How a person signs in, and where that leads: the password, and the page that was wanted before.
 */
@NullMarked
package io.gatehouse.auth.signin;

import org.jspecify.annotations.NullMarked;
