/**
 * Events in commit order: the live stream, the internal feed, and the feed of users that is
 * followed.
 */
@NullMarked
package io.gatehouse.orders.feed;

import org.jspecify.annotations.NullMarked;
