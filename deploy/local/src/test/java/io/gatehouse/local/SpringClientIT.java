package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.JsonNode;

/** An application whose people sign in here by Spring Security's client, told only the issuer. */
@ExtendWith(SharedPlatform.class)
@Order(2)
class SpringClientIT {
  private static final String ADA = "ada@example.com";
  private static final String APPLICATION = SharedPlatform.OTHER_ORIGIN;
  private static final int PATIENCE_MILLIS = 60_000;

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    RouterFunction<ServerResponse> pages() {
      return RouterFunctions.route().GET("/", Application::greet).build();
    }

    /** What the ID token and userinfo said of who is signed in. */
    private static ServerResponse greet(ServerRequest request) {
      var person = (OAuth2AuthenticationToken) request.principal().orElseThrow();
      var email = String.valueOf(person.getPrincipal().getAttributes().get("email"));
      return ServerResponse.ok().body("Hello " + email);
    }
  }

  @Test
  void springSecurity_signsIn_byTheDiscoveryDocumentAlone(RunningPlatform platform)
      throws IOException {
    try (var _ = application(platform.url(), register(platform))) {
      var login = Jsoup.newSession().timeout(PATIENCE_MILLIS).newRequest(APPLICATION + "/").get();
      assertThat(login.selectFirst("h1").text()).isEqualTo("Sign in");
      login.selectFirst("#username").val(ADA);
      login.selectFirst("#password").val(Person.PASSWORD);

      var consent = submit(login);
      assertThat(consent.selectFirst("h1").text()).isEqualTo("Allow An application?");
      var greeting = submit(consent);

      assertThat(greeting.location()).startsWith(APPLICATION + "/");
      assertThat(greeting.text()).isEqualTo("Hello " + ADA);
    }
  }

  private static Document submit(Document page) throws IOException {
    return page.forms().getFirst().submit().execute().parse();
  }

  private static JsonNode register(RunningPlatform platform) {
    var client =
        Map.of(
            "name", "An application",
            "redirectUris", List.of(APPLICATION + "/login/oauth2/code/gatehouse"),
            "scopes", List.of("openid", "email"));
    var made =
        platform.api().post("/api/clients", platform.personToken("grace@example.com"), client);
    assertThat(made.status()).isEqualTo(201);
    return made.json();
  }

  private static ConfigurableApplicationContext application(URI issuer, JsonNode client) {
    var registration = "--spring.security.oauth2.client.registration.gatehouse.";
    return new SpringApplicationBuilder(Application.class)
        .run(
            "--spring.config.name=none",
            "--spring.main.banner-mode=off",
            "--logging.level.root=warn",
            "--server.address=127.0.0.1",
            "--server.port=" + URI.create(APPLICATION).getPort(),
            "--spring.security.oauth2.client.provider.gatehouse.issuer-uri=" + issuer,
            registration + "client-id=" + client.path("id").asString(),
            registration + "client-secret=" + client.path("secret").asString(),
            registration + "scope=openid,email");
  }
}
