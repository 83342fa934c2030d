package io.gatehouse.users;

import io.gatehouse.defaults.web.KnownLanguages;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The language of mails, by {@code Accept-Language}. */
final class Languages {
  private Languages() {}

  /** English for whoever asks for none that is known, or in a way that nobody understands. */
  static String of(ServerRequest request) {
    return KnownLanguages.accepted(request.headers().firstHeader("Accept-Language"))
        .orElse(KnownLanguages.DEFAULT);
  }
}
