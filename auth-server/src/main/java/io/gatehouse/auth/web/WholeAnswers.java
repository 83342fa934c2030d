package io.gatehouse.auth.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Gives every answer a {@code Content-Length}: Spring flushes JSON once it is written, and the
 * container then sends it in chunks. Without a length the gateway cannot know whether an answer is
 * long enough to be compressed, and a compressed one has another entity tag. All answers here are
 * small; none is a stream.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class WholeAnswers extends OncePerRequestFilter {

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var whole = new ContentCachingResponseWrapper(response);
    chain.doFilter(request, whole);
    whole.copyBodyToResponse();
  }
}
