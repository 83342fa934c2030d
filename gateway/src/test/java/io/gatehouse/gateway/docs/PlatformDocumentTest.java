package io.gatehouse.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class PlatformDocumentTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String OWN =
      "{'paths':{'/api/me':{'$ref':'#/components/schemas/Late'}},'components':{'schemas':{'Thing':{'type':'object'},'Unused':{}}}}";

  @Test
  void component_getsTheServicesName_whenAnotherOneHasItsName() {
    var joined =
        join(
            "{'paths':{'/api/things':{'get':{'$ref':'#/components/schemas/Thing'}}},"
                + "'components':{'schemas':{'Thing':{'type':'string'}}}}");

    assertThat(joined).contains("\"thing-service.Thing\":{\"type\":\"string\"}");
    assertThat(joined).contains("{\"$ref\":\"#/components/schemas/thing-service.Thing\"}");
  }

  @Test
  void gateway_addsWhatItAnswersItself_toTheServicesOperations() {
    var joined = join("{'paths':{'/api/x':{'post':{'requestBody':{},'responses':{'200':{}}}}}}");

    assertThat(joined)
        .contains("\"413\":{\"$ref\":\"#/components/responses/TooLarge\"}")
        .contains("\"504\":{\"$ref\":\"#/components/responses/UpstreamTimeout\"}");
  }

  @Test
  void service_addsNoPath_outsideTheApi() {
    assertThat(join("{'paths':{'/oauth2/token':{},'/api/x':{}}}"))
        .contains("/api/x")
        .doesNotContain("/oauth2/token");
  }

  @Test
  void typeOfAServiceThatIsAway_isUnknown_andWhatNobodyUsesIsLeftOut() {
    assertThat(join("{}"))
        .contains("\"Late\":{\"description\":\"Not known right now\"}")
        .doesNotContain("Unused");
  }

  private static String join(String service) {
    return JSON.writeValueAsString(
        PlatformDocument.join(parse(OWN), Map.of("thing-service", parse(service))));
  }

  private static Map<String, Object> parse(String text) {
    return JSON.readValue(text.replace('\'', '"'), new TypeReference<Map<String, Object>>() {});
  }
}
