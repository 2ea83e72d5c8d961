/**
 * Dumps the database into a file of `DUMP_DIRECTORY`, and reads it all back, so that a file that cannot be restored never gets to the bucket. Runs with the
 * client programs of the server's release; where the database is, they read from `PG…` variables.
 */
export const DUMP_SCRIPT = String.raw`set -eu
umask 077
time=$(date -u +%Y%m%dT%H%M%SZ)
file="$DUMP_DIRECTORY/$DUMP_NAME-$time.dump"
rm -f "$DUMP_DIRECTORY"/*.dump "$DUMP_DIRECTORY"/*.partial
pg_dump --no-password --lock-wait-timeout=10min --format=custom --file="$file.partial"
pg_restore --file=/dev/null "$file.partial"
mv "$file.partial" "$file"
ls -l "$file"
`;

/**
 * Copies the dump into the bucket, compares size and checksum there, and only then removes dumps that are older than `DUMP_KEEP_DAYS`, by the time in their
 * names; other files of the folder stay. Runs with rclone, whose remote `dumps` is made of `RCLONE_…` variables.
 */
export const UPLOAD_SCRIPT = String.raw`set -eu
set -- "$DUMP_DIRECTORY"/*.dump
folder="dumps:$DUMP_BUCKET/$DUMP_FOLDER"
rclone copyto "$1" "$folder/$(basename "$1")"
rclone check --one-way --include '*.dump' "$DUMP_DIRECTORY" "$folder"

seconds=$(($(date +%s) - DUMP_KEEP_DAYS * 86400))
oldest=$(date -u -d "@$seconds" +%Y%m%dT%H%M%SZ)
rclone lsf --files-only "$folder" > "$DUMP_DIRECTORY/names"
awk -v name="$DUMP_NAME" -v oldest="$oldest" '
  substr($0, 1, length(name) + 1) == name "-" {
    time = substr($0, length(name) + 2)
    if (time ~ /^[0-9]+T[0-9]+Z[.]dump$/ && length(time) == 21 && time < oldest) print
  }' "$DUMP_DIRECTORY/names" > "$DUMP_DIRECTORY/old"
while read -r old; do
  rclone deletefile "$folder/$old"
  echo "removed $old"
done < "$DUMP_DIRECTORY/old"
`;

/** Brings a dump from the bucket: `DUMP` is its name, or `latest`. rclone compares the checksum. */
export const DOWNLOAD_SCRIPT = String.raw`set -eu
folder="dumps:$DUMP_BUCKET/$DUMP_FOLDER"
name=$DUMP
if [ "$name" = latest ]; then
  rclone lsf --files-only --include '*.dump' "$folder" > "$DUMP_DIRECTORY/names"
  name=$(awk '/-[0-9]+T[0-9]+Z[.]dump$/ && substr($0, length($0) - 20) > time { time = substr($0, length($0) - 20); name = $0 } END { print name }' "$DUMP_DIRECTORY/names")
  if [ -z "$name" ]; then
    echo "There is no dump in $DUMP_BUCKET/$DUMP_FOLDER." >&2
    exit 1
  fi
fi
echo "restoring $DUMP_FOLDER/$name"
rclone copyto "$folder/$name" "$DUMP_DIRECTORY/restore.dump"
if [ ! -s "$DUMP_DIRECTORY/restore.dump" ]; then
  echo "There is no $name in $DUMP_BUCKET/$DUMP_FOLDER." >&2
  exit 1
fi
`;

/**
 * Restores `restore.dump` in one transaction: all of it or nothing. A database with tables, views or sequences is left alone unless `IF_NOT_EMPTY` is
 * `replace`; then everything that the owner has in it goes first, in the same transaction. Runs with Bash.
 */
export const RESTORE_SCRIPT = String.raw`set -euo pipefail
umask 077
file="$DUMP_DIRECTORY/restore.dump"
# Only the owner of an extension may comment on it, and that is the superuser.
pg_restore --list "$file" | sed '/ COMMENT - EXTENSION /d' > "$DUMP_DIRECTORY/list"
relations=$(psql --no-password -X -A -t -v ON_ERROR_STOP=1 <<'SQL'
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
SQL
)
if [ "$relations" != 0 ] && [ "$IF_NOT_EMPTY" != replace ]; then
  echo "Database $PGDATABASE is not empty: it has $relations tables, views and sequences. Set IF_NOT_EMPTY=replace to replace them." >&2
  exit 1
fi
export PGOPTIONS='-c lock_timeout=60s -c client_min_messages=error'
{
  if [ "$IF_NOT_EMPTY" = replace ]; then
    echo 'BEGIN;'
    echo 'DROP OWNED BY CURRENT_USER CASCADE;'
  fi
  # The last line is COMMIT; without it, nothing has happened.
  pg_restore --use-list="$DUMP_DIRECTORY/list" --single-transaction --no-owner --no-privileges --file=- "$file"
} | psql --no-password -X -q -v ON_ERROR_STOP=1 > /dev/null
psql --no-password -X -q -c ANALYZE
echo "restored"
`;
