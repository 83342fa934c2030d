/** The platform's API as this server answers it: bearer tokens, JSON bodies, the error body. */
@NullMarked
package io.gatehouse.auth.api;

import org.jspecify.annotations.NullMarked;
