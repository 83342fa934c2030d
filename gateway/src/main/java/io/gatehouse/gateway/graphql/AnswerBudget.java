package io.gatehouse.gateway.graphql;

import graphql.language.Field;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.gateway.calls.CallerRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the answer of one operation has grown to. Whatever a call brought is measured by what was
 * asked of it, and counted, before the engine makes the answer's objects of it.
 */
final class AnswerBudget {
  /** Heap of one value in the making of an answer; measured: 60. */
  private static final int NODE = 100;

  /** The answer's bytes are there twice: as JSON, and on their way to the client. */
  private static final int COPIES = 2;

  private static final int NUMBER = 20;

  /** Errors that are told of one request. */
  static final int MOST_ERRORS = 100;

  private final CallerRequest caller;
  private final long most;
  private final AtomicLong answer = new AtomicLong();
  private final AtomicInteger errors = new AtomicInteger();

  /**
   * Begins with nothing.
   *
   * @param most bytes of the answer
   */
  AnswerBudget(CallerRequest caller, long most) {
    this.caller = caller;
    this.most = most;
  }

  CallerRequest caller() {
    return caller;
  }

  /** True for the first hundred errors; more are not told. */
  boolean tellsOneMore() {
    return errors.incrementAndGet() <= MOST_ERRORS;
  }

  /**
   * Counts what becomes of this value.
   *
   * @param value parsed JSON
   * @param asked the fields of the query that it answers; several are merged into one
   * @throws ApiException ANSWER_TOO_LARGE, or for want of memory
   */
  void take(@Nullable Object value, List<Field> asked, Selections selections) {
    var size = new Size();
    for (var field : asked) {
      var selected = selections.of(field);
      if (selected != null) {
        size.key(selected);
        size.add(value, selected.fields());
      }
    }
    if (answer.addAndGet(size.bytes) > most) {
      answer.addAndGet(-size.bytes);
      throw tooLarge(most);
    }
    caller.hold(size.nodes * NODE + size.bytes * COPIES);
  }

  static ApiException tooLarge(long most) {
    return ApiException.refused(
        "ANSWER_TOO_LARGE",
        "The answer would have more than " + most + " bytes. Ask for less at once");
  }

  /** Adds up until it is too much. */
  private final class Size {
    private long bytes;
    private long nodes;

    void key(Selected field) {
      bytes += utf8(field.key()) + 4;
      nodes++;
    }

    void add(@Nullable Object value, List<Selected> fields) {
      if (bytes > most) {
        throw tooLarge(most);
      }
      switch (value) {
        case String text -> bytes += utf8(text) + 2;
        case List<?> list -> {
          bytes += 2 + list.size();
          nodes += list.size();
          for (var item : list) {
            add(item, fields);
          }
        }
        case Map<?, ?> json when fields.isEmpty() -> addWhole(json);
        case Map<?, ?> json -> {
          bytes += 2;
          for (var field : fields) {
            key(field);
            // What another call brings is counted when it is there.
            add(field.binding() == null ? json.get(field.name()) : null, field.fields());
          }
        }
        case null, default -> bytes += NUMBER;
      }
    }

    private void addWhole(Map<?, ?> json) {
      bytes += 2;
      for (var entry : json.entrySet()) {
        bytes += utf8(String.valueOf(entry.getKey())) + 4;
        add(entry.getValue(), List.of());
      }
    }
  }

  /** Bytes of a text in JSON, at most. */
  private static long utf8(String text) {
    long bytes = 0;
    for (var i = 0; i < text.length(); i++) {
      var character = text.charAt(i);
      if (character < ' ') {
        bytes += 6;
      } else if (character < 0x80) {
        bytes += character == '"' || character == '\\' ? 2 : 1;
      } else {
        bytes += character < 0x800 ? 2 : 3;
      }
    }
    return bytes;
  }
}
