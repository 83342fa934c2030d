package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi.Answer;

/** What a successful answer is about. */
final class Made {
  private Made() {}

  static String id(Answer answer) {
    assertThat(answer.status()).as(answer.summary()).isBetween(200, 201);
    return answer.json().path("id").asString();
  }
}
