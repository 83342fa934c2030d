package io.gatehouse.gateway.tokens;

import io.gatehouse.defaults.BearerTokenFilter.OpenPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

/** What may be called without a token: everything outside the API, and sign-up. */
@Configuration(proxyBeanMethods = false)
class OpenPaths {

  @Bean
  OpenPath outsideTheApi() {
    return request -> {
      var path = request.getURI().getRawPath();
      return !path.startsWith("/api/") && !path.equals("/graphql");
    };
  }

  @Bean
  OpenPath signUp() {
    return request ->
        HttpMethod.POST.equals(request.getMethod())
            && request.getURI().getRawPath().equals("/api/users");
  }
}
