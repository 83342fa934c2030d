package io.gatehouse.auth.pages;

import java.util.List;

/** A sentence that is chosen before it is known in which language it will be read. */
sealed interface Message {

  /** A message of ours, with the values of its places. */
  record Ours(String key, List<String> values) implements Message {}

  /** What a service said of which we have no words: English. */
  record Theirs(String sentence) implements Message {}

  static Message of(String key, String... values) {
    return new Ours(key, List.of(values));
  }

  /** A rule's words as a sentence. */
  static Theirs theirs(String message) {
    return new Theirs(
        message.isEmpty()
            ? message
            : Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".");
  }
}
