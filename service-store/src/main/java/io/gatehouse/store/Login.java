package io.gatehouse.store;

/** A role of PostgreSQL that may sign in. */
record Login(String user, String password) {
  @Override
  public String toString() {
    return user;
  }
}
