package io.gatehouse.auth.api;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.web.OpenApiDocument;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** This server's OpenAPI document, which the gateway joins with the others'. */
@RestController
class ApiDocument {
  private final byte[] document;

  ApiDocument(GatehouseProperties properties, JsonMapper json) {
    this.document =
        json.writeValueAsBytes(
            OpenApiDocument.read(new ClassPathResource("openapi.yaml"), properties.issuer()));
  }

  @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  byte[] read() {
    return document;
  }
}
