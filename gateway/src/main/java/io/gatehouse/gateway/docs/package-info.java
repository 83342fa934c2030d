/** One OpenAPI document for the whole platform, and the pages that show it. */
@NullMarked
package io.gatehouse.gateway.docs;

import org.jspecify.annotations.NullMarked;
