/** What {@code /api/template} answers. */
@NullMarked
package io.gatehouse.template;

import org.jspecify.annotations.NullMarked;
