package io.gatehouse.auth.web;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.Loopback;
import io.gatehouse.defaults.web.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Shows every request as it was made from outside, so that no redirect names an internal host. It
 * was made to the public URL, or to another port or scheme of the same host, such as the HTTPS port
 * beside it: a person stays on what they came by. No other host is believed, whatever was sent. The
 * caller's address, too, is taken from the gateway's headers: this port is not reachable from
 * outside. Also gives the request its id.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class PublicUrlFilter extends OncePerRequestFilter {
  private static final Pattern HOST =
      Pattern.compile("([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

  private final URI publicUrl;

  PublicUrlFilter(GatehouseProperties properties) {
    this.publicUrl = URI.create(properties.issuer());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var id = id(request);
    response.setHeader(RequestId.HEADER, id);
    MDC.put(RequestId.KEY, id);
    try {
      var url = url(request);
      chain.doFilter(new AsSeenOutside(request, url), new RedirectsOutside(response, url));
    } finally {
      MDC.remove(RequestId.KEY);
    }
  }

  /** Scheme, host and port that the caller used, when they are ours. */
  private URI url(HttpServletRequest request) {
    var scheme = request.getHeader("X-Forwarded-Proto");
    var host = request.getHeader("X-Forwarded-Host");
    if (scheme == null || host == null || !Set.of("http", "https").contains(scheme)) {
      return publicUrl;
    }
    var parts = HOST.matcher(host.toLowerCase(Locale.ROOT));
    if (!parts.matches() || !isOurs(parts.group(1))) {
      return publicUrl;
    }
    var port = parts.group(2) == null ? "" : parts.group(2);
    return port.length() > 1 && Integer.parseInt(port.substring(1)) > 65_535
        ? publicUrl
        : URI.create(scheme + "://" + parts.group(1) + port);
  }

  private boolean isOurs(String host) {
    var ours = publicUrl.getHost().toLowerCase(Locale.ROOT);
    return host.equals(ours) || (Loopback.is(ours) && Loopback.is(host));
  }

  /** Kept over the dispatch to the error page. */
  private static String id(HttpServletRequest request) {
    if (request.getAttribute(RequestId.KEY) instanceof String known) {
      return known;
    }
    var id = RequestId.keepOrCreate(request.getHeader(RequestId.HEADER));
    request.setAttribute(RequestId.KEY, id);
    return id;
  }

  /** An error page belongs to the same request. */
  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  private static boolean isHttps(URI url) {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  private static final class AsSeenOutside extends HttpServletRequestWrapper {
    private final URI url;

    private AsSeenOutside(HttpServletRequest request, URI url) {
      super(request);
      this.url = url;
    }

    @Override
    public String getScheme() {
      return url.getScheme();
    }

    @Override
    public String getServerName() {
      return url.getHost();
    }

    @Override
    public int getServerPort() {
      return url.getPort() != -1 ? url.getPort() : isHttps(url) ? 443 : 80;
    }

    @Override
    public boolean isSecure() {
      return isHttps(url);
    }

    @Override
    public StringBuffer getRequestURL() {
      return new StringBuffer(url.toString()).append(getRequestURI());
    }

    @Override
    public String getRemoteAddr() {
      var forwarded = getHeader("X-Forwarded-For");
      if (forwarded == null || forwarded.isBlank()) {
        return super.getRemoteAddr();
      }
      int comma = forwarded.indexOf(',');
      return (comma < 0 ? forwarded : forwarded.substring(0, comma)).strip();
    }
  }

  /** The container would complete a relative redirect with the host of this very machine. */
  private static final class RedirectsOutside extends HttpServletResponseWrapper {
    private final URI url;

    private RedirectsOutside(HttpServletResponse response, URI url) {
      super(response);
      this.url = url;
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
      super.sendRedirect(location.startsWith("/") ? url + location : location, status, clearBuffer);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
      sendRedirect(location, SC_FOUND, true);
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
      sendRedirect(location, status, true);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
      sendRedirect(location, SC_FOUND, clearBuffer);
    }
  }
}
