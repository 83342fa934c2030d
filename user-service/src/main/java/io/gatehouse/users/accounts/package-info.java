/** Users as they are kept: how they are made, changed, deleted and told to readers. */
@NullMarked
package io.gatehouse.users.accounts;

import org.jspecify.annotations.NullMarked;
