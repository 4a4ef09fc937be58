# shellcheck shell=bash
# A PostgreSQL server in a folder, reached by its socket there.

# postgres_start FOLDER
postgres_start() {
  local folder=$1 bin
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -n 1)
  [ -x "$bin/initdb" ] || return 1
  install -d -o postgres -m 755 "$folder"
  setpriv --reuid postgres --regid postgres --clear-groups "$bin/initdb" --pgdata="$folder/data" --username=orchestrator --auth=trust >/dev/null &&
    setpriv --reuid postgres --regid postgres --clear-groups "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait \
      --options="-c listen_addresses='' -c unix_socket_directories=$folder -c unix_socket_permissions=0777" start >/dev/null &&
    "$bin/createdb" --host="$folder" --username=orchestrator orchestrator
}
