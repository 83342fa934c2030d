#!/usr/bin/env bash
# One database and one role per service; no role may enter another's database. Runs once, on an empty data directory,
# in Compose and in Kubernetes alike.
set -euo pipefail

create() {
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v name="$1" -v password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

create auth "$AUTH_DB_PASSWORD"
create users "$USERS_DB_PASSWORD"
create orders "$ORDERS_DB_PASSWORD"
