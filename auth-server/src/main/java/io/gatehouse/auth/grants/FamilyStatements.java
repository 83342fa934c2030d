package io.gatehouse.auth.grants;

/** How {@link TokenFamilies} reads and writes its rows. */
final class FamilyStatements {
  static final String BY_ID = find("id = :key");
  static final String BY_CODE = find("code_hash = :key");
  static final String BY_DEVICE_CODE = find("device_code_hash = :key");
  static final String BY_USER_CODE = find("user_code_hash = :key");
  static final String BY_STATE =
      find("consent_state_hash = :key and code_hash is null and not code_used");
  static final String ANSWERED =
      find("consent_state_hash = :key and (code_hash is not null or code_used)");

  private FamilyStatements() {}

  /**
   * A family, and whether an entry of the set of revocations ends it, or ends the browser's sign-in
   * that granted it: what a redemption has to know, in one statement.
   */
  private static String find(String condition) {
    return """
        select f.*, hit.ended, hit.browser_ended from token_family f cross join lateral (
          select
            coalesce(bool_or(value = f.sid::text or (
              kind = 'sub' and except_sid is distinct from f.sid::text)), false) as ended,
            coalesce(bool_or(value = f.sign_in::text or kind = 'sub'), false) as browser_ended
          from revocation where until > now() and (
            (kind = 'sid' and value = f.sid::text)
            or (kind = 'sid' and value = f.sign_in::text)
            or (kind = 'sub' and value = f.user_id and ends = 'sign-ins' and at >= f.signed_in_at))
          ) as hit
        where expires_at > now() and %s
        """
        .formatted(condition);
  }

  static final String INSERT =
      """
      insert into token_family (id, version, client_id, grant_type, user_id, sid, sign_in,
        signed_in_at, scopes, request, consent_state_hash, code_hash, code_expires_at, code_used,
        device_code_hash, user_code_hash, device_expires_at, device_code_used, user_code_used,
        refresh_number, refresh_issued_at, refresh_expires_at, expires_at, asked_by,
        ip, user_agent, method)
      select :id, :version, :client, :grant, :user, :sid::uuid, :signIn::uuid,
        :signedInAt::timestamptz, :scopes, :request, :state::bytea, :codeHash::bytea,
        :codeExpires::timestamptz, coalesce(:codeUsed::boolean, false),
        :deviceCodeHash::bytea, :userCodeHash::bytea,
        coalesce(:deviceCodeExpires::timestamptz, :userCodeExpires::timestamptz),
        coalesce(:deviceCodeUsed::boolean, false), coalesce(:userCodeUsed::boolean, false),
        :refreshNumber, :refreshIssued::timestamptz, :refreshExpires::timestamptz, :expires,
        :askedBy, :ip, :userAgent, :method
      """;

  static final String UPDATE =
      """
      update token_family set version = version + 1, user_id = :user, sid = :sid::uuid,
        sign_in = :signIn::uuid, signed_in_at = :signedInAt::timestamptz, method = :method, scopes = :scopes,
        request = coalesce(:request, request), consent_state_hash = coalesce(:state::bytea, consent_state_hash),
        code_hash = coalesce(:codeHash::bytea, code_hash),
        code_expires_at = coalesce(:codeExpires::timestamptz, code_expires_at),
        code_used = coalesce(:codeUsed::boolean, code_used),
        device_code_hash = coalesce(:deviceCodeHash::bytea, device_code_hash),
        user_code_hash = coalesce(:userCodeHash::bytea, user_code_hash),
        device_expires_at =
          coalesce(:deviceCodeExpires::timestamptz, :userCodeExpires::timestamptz, device_expires_at),
        device_code_used = coalesce(:deviceCodeUsed::boolean, device_code_used),
        user_code_used = coalesce(:userCodeUsed::boolean, user_code_used),
        last_used_at = case when refresh_number < :refreshNumber then now() else last_used_at end,
        refresh_number = :refreshNumber, refresh_issued_at = :refreshIssued::timestamptz,
        refresh_expires_at = :refreshExpires::timestamptz, expires_at = :expires,
        asked_by = coalesce(asked_by, :askedBy)
      where id = :id and version = :version and client_id = :client and grant_type = :grant
      """;

  /** A second of grace: the network may bring two polls closer together than they were sent. */
  static final String POLL =
      """
      with last as (
        select id, coalesce(polled_at > now() - (poll_seconds - 1) * interval '1 s', false) as soon
        from token_family where id = :id for update)
      update token_family f
        set polled_at = now(), poll_seconds = f.poll_seconds + case when last.soon then 5 else 0 end
      from last where f.id = last.id returning last.soon
      """;
}
