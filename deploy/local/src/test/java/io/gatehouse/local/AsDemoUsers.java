package io.gatehouse.local;

import static io.gatehouse.local.Made.id;

import io.gatehouse.local.journey.PublicApi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that ask as a user, as an administrator and as a service, by REST and by GraphQL. */
@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AsDemoUsers {
  final PublicApi api;
  final BothWays ways;
  String ada = "";
  String adaId = "";
  String grace = "";
  String graceId = "";
  String service = "";
  private final RunningPlatform platform;

  AsDemoUsers(RunningPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
    this.ways = new BothWays(api);
  }

  @BeforeAll
  void signIn() {
    ada = platform.personToken("ada@example.com");
    grace = platform.personToken("grace@example.com");
    service = platform.serviceToken();
    adaId = id(api.get("/api/users/me", ada));
    graceId = id(api.get("/api/users/me", grace));
  }
}
