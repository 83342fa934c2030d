/**
 * What every service's HTTP side does alike: the error body, strict JSON and its faults, route
 * tables, preconditions, request ids and the OpenAPI document. No domain type lives here.
 */
@NullMarked
package io.gatehouse.defaults.web;

import org.jspecify.annotations.NullMarked;
