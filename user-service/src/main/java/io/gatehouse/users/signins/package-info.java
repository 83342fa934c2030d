/** How users prove who they are: sign-in, lock-out, change of password. */
@NullMarked
package io.gatehouse.users.signins;

import org.jspecify.annotations.NullMarked;
