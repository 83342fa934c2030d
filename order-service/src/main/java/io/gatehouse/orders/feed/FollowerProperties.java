package io.gatehouse.orders.feed;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the feed of users is followed.
 *
 * @param orderServiceSecret of the client {@code order-service}
 * @param followUsers how often the feed is asked when it was empty
 */
@Validated
@ConfigurationProperties("gatehouse")
record FollowerProperties(
    @NotBlank String orderServiceSecret, @NotNull @DefaultValue("500ms") Duration followUsers) {}
