package io.gatehouse.auth;

import io.gatehouse.defaults.GatehouseProperties;
import io.gatehouse.defaults.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.URI;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Shows every request as it was made to the public URL, so that no redirect names an internal host,
 * whatever Host header was sent. Only the caller's address is taken from the gateway's {@code
 * X-Forwarded-For}: this port is not reachable from outside. Also gives the request its id.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class PublicUrlFilter extends OncePerRequestFilter {
  private final URI publicUrl;
  private final int port;

  PublicUrlFilter(GatehouseProperties properties) {
    this.publicUrl = URI.create(properties.issuer());
    this.port = publicUrl.getPort() != -1 ? publicUrl.getPort() : isHttps(publicUrl) ? 443 : 80;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var id = id(request);
    response.setHeader(RequestId.HEADER, id);
    MDC.put(RequestId.KEY, id);
    try {
      chain.doFilter(new AsSeenOutside(request), new RedirectsOutside(response));
    } finally {
      MDC.remove(RequestId.KEY);
    }
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

  private final class AsSeenOutside extends HttpServletRequestWrapper {
    private AsSeenOutside(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getScheme() {
      return publicUrl.getScheme();
    }

    @Override
    public String getServerName() {
      return publicUrl.getHost();
    }

    @Override
    public int getServerPort() {
      return port;
    }

    @Override
    public boolean isSecure() {
      return isHttps(publicUrl);
    }

    @Override
    public StringBuffer getRequestURL() {
      return new StringBuffer(publicUrl.toString()).append(getRequestURI());
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
  private final class RedirectsOutside extends HttpServletResponseWrapper {
    private RedirectsOutside(HttpServletResponse response) {
      super(response);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
      super.sendRedirect(
          location.startsWith("/") ? publicUrl + location : location, status, clearBuffer);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
      sendRedirect(location, SC_FOUND, true);
    }
  }
}
