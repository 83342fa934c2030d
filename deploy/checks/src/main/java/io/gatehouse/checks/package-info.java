/** Checks of what is not Java: manifests, Compose, dashboards, alert rules, docs, secrets. */
@NullMarked
package io.gatehouse.checks;

import org.jspecify.annotations.NullMarked;
