/**
 * What every request and answer goes through before and after an endpoint: addresses, forms,
 * errors.
 */
@NullMarked
package io.gatehouse.auth.web;

import org.jspecify.annotations.NullMarked;
