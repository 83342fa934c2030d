package io.gatehouse.auth.web;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * The size of a head is what bounds it, as at the gateway and the other services: the container
 * would answer 400 from the 101st header on.
 */
@Component
class HeaderCount implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

  @Override
  public void customize(TomcatServletWebServerFactory server) {
    server.addConnectorCustomizers(connector -> connector.setProperty("maxHeaderCount", "-1"));
  }
}
