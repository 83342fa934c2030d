/**
 * What the tests of every service start and check alike: real PostgreSQL and Redis, an issuer of
 * tokens, certificates, a proxy that goes silent, the house's rules for code. Used with test scope;
 * it knows nothing of the services or of what they share.
 */
@NullMarked
package io.gatehouse.testing;

import org.jspecify.annotations.NullMarked;
