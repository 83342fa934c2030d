package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * A service's jar, unpacked: it starts faster that way, and only that way can a start-up cache be
 * used.
 *
 * @param folder holds one build's files; another build has another folder
 */
record UnpackedService(Service service, Path folder) {
  private static final int KEPT_BUILDS = 2;

  /**
   * The same in every start, because a start-up cache is refused when they differ. One collector
   * thread, short headers and small reserves: five of these share a laptop. Why the others are
   * there, and what each brings, is in docs/startup.md.
   */
  private static final List<String> SWITCHES =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xss512k",
          "-XX:ReservedCodeCacheSize=96m",
          "-XX:MaxDirectMemorySize=64m",
          "-XX:MetaspaceSize=128m",
          "-XX:TrimNativeHeapInterval=5000",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dio.netty.noUnsafe=false");

  /**
   * Compilers from higher counts on, as half of a start with caches was theirs: 5 times the usual
   * ones for C1, 40 times for C2. Under load they are reached within a minute.
   */
  private static final List<String> LATE_COMPILING =
      List.of(
          "-XX:Tier3InvocationThreshold=1000",
          "-XX:Tier3MinInvocationThreshold=500",
          "-XX:Tier3CompileThreshold=10000",
          "-XX:Tier4InvocationThreshold=200000",
          "-XX:Tier4MinInvocationThreshold=24000",
          "-XX:Tier4CompileThreshold=600000",
          "-XX:Tier4BackEdgeThreshold=1600000");

  /** Enough for the registry, which has little to do. */
  private static final List<String> NO_OPTIMIZING = List.of("-XX:TieredStopAtLevel=1");

  /** Unpacks the service's latest build unless that was done before. */
  static UnpackedService latest(Home home, Service service) {
    var jar = jar(home, service);
    var builds = home.cache().resolve("services");
    var folder =
        Archives.once(
            builds.resolve(service.name() + "-" + stamp(jar)),
            draft -> {
              unpack(jar, draft);
              forgetOldBuilds(builds, service);
            });
    return new UnpackedService(service, folder);
  }

  /** The last ones stay, because platforms in other data folders may still run from them. */
  private static void forgetOldBuilds(Path builds, Service service) throws IOException {
    try (var folders = Files.newDirectoryStream(builds, service.name() + "-*")) {
      StreamSupport.stream(folders.spliterator(), false)
          .sorted(Comparator.comparing(UnpackedService::made).reversed())
          .skip(KEPT_BUILDS)
          .forEach(Archives::deleteTree);
    }
  }

  private static FileTime made(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  /**
   * The command that starts it, with its start-up cache when there is one.
   *
   * @param temporary the instance's own folder for what it throws away
   */
  List<String> command(Path temporary) {
    var switches = new ArrayList<>(List.of("-Djava.io.tmpdir=" + temporary));
    var cache = startupCache();
    if (StartupCaches.wanted() && Files.isRegularFile(cache)) {
      switches.add("-XX:AOTCache=" + cache);
    }
    return command(switches);
  }

  /** The command of a run at whose end the cache is written. */
  List<String> trainingCommand(Path output) {
    return command(List.of("-XX:AOTCacheOutput=" + output));
  }

  private List<String> command(List<String> more) {
    var command = new ArrayList<>(List.of(java()));
    command.addAll(switches());
    command.addAll(more);
    command.add("-jar");
    command.add(folder.resolve("service.jar").toString());
    return command;
  }

  private List<String> switches() {
    var switches = new ArrayList<>(SWITCHES);
    switches.addAll(service.isRegistry() ? NO_OPTIMIZING : LATE_COMPILING);
    switches.add("-Xmx" + service.heap() + "m");
    if (!service.isDoor()) {
      switches.add("-Xms24m");
    }
    return switches;
  }

  /** Named after what it depends on besides the jar: the JVM's build and the switches. */
  Path startupCache() {
    var made =
        Objects.hash(
            System.getProperty("java.vm.version"), System.getProperty("java.home"), switches());
    return folder.resolve("start-%08x.aot".formatted(made));
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static void unpack(Path jar, Path draft) throws IOException, InterruptedException {
    var extraction =
        new ProcessBuilder(
                java(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djarmode=tools",
                "-jar",
                jar.toString(),
                "extract",
                "--destination",
                draft.toString(),
                "--force")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    var tool = Programs.start(extraction);
    if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
      tool.destroyForcibly();
      throw new IOException(jar + " cannot be unpacked");
    }
    Files.move(draft.resolve(jar.getFileName().toString()), draft.resolve("service.jar"));
  }

  private static Path jar(Home home, Service service) {
    var target = home.root().resolve(service.name()).resolve("target");
    if (Files.isDirectory(target)) {
      try (var jars = Files.newDirectoryStream(target, service.name() + "-*.jar")) {
        for (var jar : jars) {
          if (!jar.toString().matches(".*-(tests|sources|javadoc)\\.jar")) {
            return jar;
          }
        }
      } catch (IOException failed) {
        throw new Failure("Cannot read " + target + ": " + Failure.reason(failed), failed);
      }
    }
    throw new Failure(service.name() + " is not built: run ./mvnw -DskipTests package first.");
  }

  /**
   * The time of the last change that the system keeps, because the date that the build sets is the
   * same for each.
   */
  private static String stamp(Path jar) {
    try {
      var changed = (FileTime) Files.getAttribute(jar, "unix:ctime");
      return "%016x".formatted(changed.to(TimeUnit.MICROSECONDS) * 31 + Files.size(jar));
    } catch (IOException failed) {
      throw new Failure("Cannot read " + jar + ": " + Failure.reason(failed), failed);
    }
  }
}
