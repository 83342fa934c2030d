package io.gatehouse.local;

import io.gatehouse.local.journey.SignIn;
import io.gatehouse.local.platform.Progress;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "token",
    description = "Prints an access token, got as any client would get it.",
    footer = "The password is the demo accounts', or GATEHOUSE_PASSWORD from the environment.")
final class TokenCommand implements Callable<Integer> {
  private static final String DEMO_PASSWORD = "correct-horse-battery";

  @Mixin private final PublicUrl url = new PublicUrl();
  @ArgGroup private Who who = new Who();

  /** A person or a client. */
  static final class Who {
    @Option(
        names = "--user",
        paramLabel = "EMAIL",
        description = "signs in on the login page (default: ada@example.com)")
    private @Nullable String user;

    @Option(names = "--service", description = "signs in as the client demo-service")
    private boolean service;
  }

  private final Progress progress;

  TokenCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var signIn = new SignIn(url.get());
    var token = who.service ? signIn.asClient("demo-service", "demo-secret") : asUser(signIn);
    progress.line(token);
    return 0;
  }

  private String asUser(SignIn signIn) {
    var password = System.getenv("GATEHOUSE_PASSWORD");
    return signIn.asUser(
        who.user == null ? "ada@example.com" : who.user,
        password == null || password.isEmpty() ? DEMO_PASSWORD : password);
  }
}
