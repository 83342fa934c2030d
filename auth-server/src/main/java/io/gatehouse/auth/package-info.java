/** The authorization server: OAuth 2.1 and OpenID Connect for every client of the platform. */
@NullMarked
package io.gatehouse.auth;

import org.jspecify.annotations.NullMarked;
