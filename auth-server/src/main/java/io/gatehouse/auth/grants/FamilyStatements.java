package io.gatehouse.auth.grants;

/** How {@link TokenFamilies} writes its rows. */
final class FamilyStatements {
  private FamilyStatements() {}

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
        request = :request, consent_state_hash = coalesce(:state::bytea, consent_state_hash),
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
