package io.gatehouse.auth.users;

/** user-service gave no usable answer in time; nothing was decided. */
public class UserServiceUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserServiceUnavailable(Throwable cause) {
    super("user-service is not available", cause);
  }
}
