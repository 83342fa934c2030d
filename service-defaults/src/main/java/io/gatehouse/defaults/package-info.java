/**
 * What every Gatehouse service does alike: the error body, access tokens, request ids, strict JSON,
 * the security log and leaving the registry before stopping. No domain type lives here.
 */
@NullMarked
package io.gatehouse.defaults;

import org.jspecify.annotations.NullMarked;
