package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.Journey;
import io.gatehouse.local.journey.PublicApi;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each of {@link HostileInputs} once: a refusal of the caller's, short, that shows nothing. */
@ExtendWith(SharedPlatform.class)
@Order(30)
class HostileInputsIT {
  private static final int LONGEST_REFUSAL = 64 * 1024;
  private static final Pattern INSIDES =
      Pattern.compile(
          "\\bat [a-z.]+\\(|Exception\\b|\\b(java|org|io|reactor|com)\\.[a-z]+\\.[a-zA-Z]|SQLSTATE|127\\.0\\.0\\.1:\\d");

  private final RunningPlatform platform;

  HostileInputsIT(RunningPlatform platform) {
    this.platform = platform;
  }

  @Test
  void input_isRefusedInAFewWords_andThePlatformServesOn() {
    var caller = new HostileCaller(platform.url(), "");
    var processes = platform.components();
    var faults = new ArrayList<String>();
    for (var input : HostileInputs.all()) {
      faults.addAll(faults(input, caller.send(input)));
      var health = new PublicApi(platform.url()).get("/health", null);
      if (health.status() != 200) {
        faults.add(input + ": /health is then " + health.summary());
      }
    }

    assertThat(faults).as(String.join("\n", faults)).isEmpty();
    assertThat(platform.components()).isEqualTo(processes).allMatch(one -> one.isAlive());
    var journey = new Journey(platform.url(), _ -> {}).walk();
    assertThat(journey).isEqualTo(new Journey.Outcome(0, 0));
  }

  @Test
  void input_hasANameOfItsOwn_always() {
    var names = new HashSet<String>();
    assertThat(HostileInputs.all()).hasSizeGreaterThan(200).allMatch(one -> names.add(one.name()));
  }

  private static List<String> faults(HostileInput input, RawHttp.Answer answer) {
    var faults = new ArrayList<String>();
    if (!input.expected().isMetBy(answer.status())) {
      faults.add(
          "%s: %d, expected %s: %s"
              .formatted(input, answer.status(), input.expected(), shortened(answer.body())));
    }
    if (answer.status() > 400 && answer.body().isBlank() && !input.head().startsWith("HEAD")) {
      faults.add("%s: a bare %d".formatted(input, answer.status()));
    }
    if (answer.status() >= 400) {
      if (answer.body().length() > LONGEST_REFUSAL) {
        faults.add("%s: a refusal of %d characters".formatted(input, answer.body().length()));
      }
      var insides = INSIDES.matcher(answer.body());
      if (insides.find()) {
        faults.add(
            "%s: shows %s in %s".formatted(input, insides.group(), shortened(answer.body())));
      }
    }
    return faults;
  }

  private static String shortened(String body) {
    return body.length() > 200 ? body.substring(0, 200) + " …" : body;
  }
}
