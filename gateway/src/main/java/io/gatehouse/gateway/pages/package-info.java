/** How static pages and their assets are answered. */
@NullMarked
package io.gatehouse.gateway.pages;

import org.jspecify.annotations.NullMarked;
