/** What ADMIN manages while the platform runs: clients and signing keys. */
@NullMarked
package io.gatehouse.auth.admin;

import org.jspecify.annotations.NullMarked;
