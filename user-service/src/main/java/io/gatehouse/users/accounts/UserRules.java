package io.gatehouse.users.accounts;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What people learn of each other.
 *
 * @param quietSignUp whether signing up with a taken address looks like any other sign-up: 202 and
 *     a mail, whose link makes the account and sets its password; needs mail
 */
@ConfigurationProperties("gatehouse.users")
record UserRules(@DefaultValue("false") boolean quietSignUp) {}
