package io.gatehouse.local;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives end-to-end tests one {@link RunningPlatform} to share, in its shipped configuration: the
 * first that asks starts it, and it stops after the last. Its logs stay in {@code target/platform}.
 * What kills or stops parts of it belongs in {@link PlatformCrashIT}, which runs last.
 */
final class SharedPlatform implements ParameterResolver {
  /** Of pages that may call the API, besides the platform's own; a test may serve some there. */
  static final String OTHER_ORIGIN = "http://127.0.0.1:" + RunningPlatform.freePort();

  /**
   * All tests sign in from one address, faster than people do, and none waits a minute for a
   * breaker that another opened; limits and breakers have tests of their own.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "GATEHOUSE_DRAIN", "1s",
          "GATEHOUSE_CORS_ORIGINS", OTHER_ORIGIN + "," + ConsoleCopy.ORIGIN,
          "GATEHOUSE_BREAKER_RECOVERY", "2s",
          "GATEHOUSE_LIMITS_LOGIN_RATE", "1000",
          "GATEHOUSE_LIMITS_LOGIN_BURST", "1000",
          "GATEHOUSE_LIMITS_ANONYMOUS_RATE", "1000",
          "GATEHOUSE_LIMITS_ANONYMOUS_BURST", "1000",
          "GATEHOUSE_LIMITS_USER_RATE", "1000",
          "GATEHOUSE_LIMITS_USER_BURST", "1000");

  private static final Namespace NAMESPACE = Namespace.create(SharedPlatform.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningPlatform.class;
  }

  @Override
  public RunningPlatform resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Started.class, _ -> new Started(), Started.class)
        .platform();
  }

  /** The outcome of the one start; a failed one is not tried again for every test. */
  private static final class Started implements AutoCloseable {
    private RunningPlatform platform;
    private Throwable failure;

    Started() {
      try {
        // The second that a stopping service goes on serving is enough on one machine.
        platform = RunningPlatform.start(Path.of("target/platform"), SETTINGS);
      } catch (RuntimeException | AssertionError failed) {
        failure = failed;
      }
    }

    RunningPlatform platform() {
      if (failure != null) {
        throw new IllegalStateException("The platform did not start", failure);
      }
      return platform;
    }

    @Override
    public void close() {
      if (platform != null) {
        platform.close();
      }
    }
  }
}
