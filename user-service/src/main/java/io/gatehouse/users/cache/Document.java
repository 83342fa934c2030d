package io.gatehouse.users.cache;

/**
 * A resource as its readers get it.
 *
 * @param version grows with each change
 * @param json the body, never changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; copied straight to the response.
public record Document(long version, byte[] json) {}
