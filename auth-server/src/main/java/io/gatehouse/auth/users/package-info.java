/** What the authorization server asks user-service: credentials, roles, sign-up. */
@NullMarked
package io.gatehouse.auth.users;

import org.jspecify.annotations.NullMarked;
