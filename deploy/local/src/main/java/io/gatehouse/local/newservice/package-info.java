/**
 * Adds a service to a checkout and takes one away: the module, its line in services.yml, its route.
 */
@NullMarked
package io.gatehouse.local.newservice;

import org.jspecify.annotations.NullMarked;
