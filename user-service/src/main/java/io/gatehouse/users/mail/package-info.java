/**
 * Mail: what is to be sent waits in a table, is sent after the commit that caused it, and is tried
 * again. The secrets of links are made here and kept as digests.
 */
@NullMarked
package io.gatehouse.users.mail;

import org.jspecify.annotations.NullMarked;
