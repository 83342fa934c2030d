/**
 * Answers made of several services' answers, declared in {@code compositions.yml}, and the one way
 * in which compositions and GraphQL call services for a caller.
 */
@NullMarked
package io.gatehouse.gateway.composition;

import org.jspecify.annotations.NullMarked;
