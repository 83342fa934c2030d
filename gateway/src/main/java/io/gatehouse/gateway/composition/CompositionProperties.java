package io.gatehouse.gateway.composition;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The compositions by name, see {@code compositions.yml}.
 *
 * @param compositions each becomes {@code GET path}
 */
@Validated
@ConfigurationProperties("gatehouse")
record CompositionProperties(@DefaultValue Map<String, @Valid Declaration> compositions) {

  /**
   * One composed answer.
   *
   * @param deadline for all parts together
   */
  record Declaration(
      @NotBlank String path,
      @NotNull @DefaultValue("4s") Duration deadline,
      @NotEmpty Map<String, @Valid Part> parts) {}

  /**
   * One service's share of the answer, under the part's name.
   *
   * @param path with {@code {subject}} and values of the parts it depends on: {@code {user.id}}
   * @param timeout for this part alone
   * @param dependsOn parts that must be there first; if one is missing, so is this
   */
  record Part(
      @NotBlank String service,
      @NotBlank String path,
      @NotNull @DefaultValue("2s") Duration timeout,
      @DefaultValue Set<String> dependsOn) {}
}
