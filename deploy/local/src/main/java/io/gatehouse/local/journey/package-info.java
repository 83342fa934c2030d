/**
 * What a client does through the public URL: signs in as a browser would, and walks the journey.
 */
@NullMarked
package io.gatehouse.local.journey;

import org.jspecify.annotations.NullMarked;
