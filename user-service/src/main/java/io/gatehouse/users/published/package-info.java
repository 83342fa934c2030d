/** What other services are told: the feed of changes, and whose sign-ins have ended. */
@NullMarked
package io.gatehouse.users.published;

import org.jspecify.annotations.NullMarked;
