/** What is made from services.yml: whole files, and marked regions of files written by hand. */
@org.jspecify.annotations.NullMarked
package io.gatehouse.local.made;
