package io.gatehouse.local;

import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Settings;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which platform is meant. */
final class PublicUrl {
  @Mixin private final DataFolder folder = new DataFolder();

  @Option(
      names = "--url",
      paramLabel = "URL",
      converter = HttpUrl.class,
      description = "a platform's public URL (default: the one that runs here)")
  private @Nullable URI url;

  /** The public URL, ending where its host does. */
  URI get() {
    if (url != null) {
      return url;
    }
    return Settings.saved(folder.running())
        .map(Settings::publicUrl)
        .orElseGet(() -> Settings.requested(null, Map.of(), false, Set.of()).publicUrl());
  }

  /** Whether it was given, so that the platform may be anybody's. */
  boolean isGiven() {
    return url != null;
  }

  /** Where the platform runs when no URL was given. */
  Home home() {
    return folder.running();
  }

  /** Takes {@code http://host:port} and https, and nothing that no request can be sent to. */
  static final class HttpUrl implements ITypeConverter<URI> {
    @Override
    public URI convert(String given) {
      return Settings.url(given)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "--url takes a URL such as https://shop.example.com, not " + given));
    }
  }
}
