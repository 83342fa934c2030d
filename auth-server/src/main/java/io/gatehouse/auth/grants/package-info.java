/** What was granted to whom: codes, token families, the tokens' claims, and their end. */
@NullMarked
package io.gatehouse.auth.grants;

import org.jspecify.annotations.NullMarked;
