#!/usr/bin/env bash
# One database and its owner for each variable NAME_DB_PASSWORD, and for each NAME_DB_RUNTIME_PASSWORD the role that its
# service's statements run as; no role may enter another's database. Runs by itself on an empty data directory, in Compose
# and in Kubernetes alike; by hand it adds those that are missing (docs/operating.md).
set -euo pipefail
: "${POSTGRES_USER:=postgres}" "${POSTGRES_DB:=postgres}"

create() {
  if [ -n "$(psql -At -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "SELECT 1 FROM pg_database WHERE datname = '$1'")" ]; then
    return
  fi
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v name="$1" -v password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

# The service grants it what it needs when it starts.
create_runtime() {
  if [ -n "$(psql -At -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "SELECT 1 FROM pg_roles WHERE rolname = '$1'")" ]; then
    return
  fi
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v name="$1" -v password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
SQL
}

# The role that reads events for Kafka, when it has a password: the services grant it what it needs when they start.
if [ -n "${CONNECTOR_PASSWORD:-}" ] &&
  [ -z "$(psql -At -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "SELECT 1 FROM pg_roles WHERE rolname = 'connector'")" ]; then
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$CONNECTOR_PASSWORD" <<'SQL'
CREATE ROLE connector LOGIN REPLICATION PASSWORD :'password';
SQL
fi

for variable in $(compgen -e | grep '_DB_PASSWORD$'); do
  name="${variable%_DB_PASSWORD}"
  create "${name,,}" "${!variable}"
  runtime="${name}_DB_RUNTIME_PASSWORD"
  [ -z "${!runtime:-}" ] || create_runtime "${name,,}_runtime" "${!runtime}"
done

if [ -n "${CONNECTOR_PASSWORD:-}" ]; then
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c 'GRANT CONNECT ON DATABASE users, orders TO connector'
fi
