/**
 * Starts the server of a volume; runs in the official image, or one that is made from it, with Bash. Arguments are those of `postgres`.
 *
 * - A first start makes the data beside its place and moves it there when it is complete: a pod that is killed meanwhile starts over.
 * - Data of another major release is left alone.
 * - Database, owner and password are brought about at each start, so that a new password counts after a restart. The server listens to nobody
 *   meanwhile. `postgres`, the superuser, has no password: it can only be used inside of the pod.
 *
 * `pg_ctl` hands its options to /bin/sh, which knows fewer quotes than Bash: each argument goes into single ones.
 * Kubernetes replaces `$$` and `$(NAME)` in commands, so neither is used.
 */
export const START_SCRIPT = String.raw`set -euo pipefail
umask 077
if [ -e "$PGDATA" ]; then
  found=$(cat "$PGDATA/PG_VERSION")
  if [ "$found" != "$PG_MAJOR" ]; then
    echo "The volume holds data of Postgres $found, which Postgres $PG_MAJOR cannot read. Write version: '$found' again; to change it, dump, make a new database and restore." >&2
    exit 1
  fi
  chmod 700 "$PGDATA"
else
  rm -rf "$PGDATA.new"
  password=$(head -c 32 /dev/urandom | base64 -w 0)
  POSTGRES_PASSWORD=$password PGDATA="$PGDATA.new" docker-ensure-initdb.sh
  sync
  mv "$PGDATA.new" "$PGDATA"
fi

sockets=$(mktemp -d)
quote="'\\''"
options=
for argument in "$@" -c listen_addresses= -c "unix_socket_directories=$sockets"; do
  options+=" '${'$'}{argument//\'/"$quote"}'"
done
pg_ctl -D "$PGDATA" -t 86400 -w -o "$options" start
if ! psql -X -q -v ON_ERROR_STOP=1 -h "$sockets" -U postgres -d postgres <<'SQL'
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
\getenv owner DB_OWNER
\getenv password DB_PASSWORD
\getenv database DB_NAME
SELECT format('CREATE ROLE %I', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'owner', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER ROLE postgres PASSWORD NULL;
SQL
then
  pg_ctl -D "$PGDATA" -m fast -w stop
  exit 1
fi
pg_ctl -D "$PGDATA" -m fast -w stop
rmdir "$sockets"
exec postgres "$@"
`;
