/** Answers made of several services' answers, declared in {@code compositions.yml}. */
@NullMarked
package io.gatehouse.gateway.composition;

import org.jspecify.annotations.NullMarked;
