package io.gatehouse.local;

import io.gatehouse.local.platform.Settings;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which platform is meant. */
final class PublicUrl {
  @Mixin private final DataFolder folder = new DataFolder();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "a platform's public URL (default: the one that runs here)")
  private @Nullable URI url;

  /** The public URL, ending where its host does. */
  URI get() {
    if (url != null) {
      return url;
    }
    return Settings.saved(folder.running())
        .map(Settings::publicUrl)
        .orElseGet(() -> Settings.requested(null, java.util.Map.of()).publicUrl());
  }
}
