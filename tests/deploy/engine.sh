#!/usr/bin/env bash
# A Docker engine of the deployment tests' own, beside any other of this machine: its store is kept in the user's cache, for the next run to be quick.
#   tests/deploy/engine.sh start   starts it, and prints the address of its socket
#   tests/deploy/engine.sh stop    ends it and every container in it
set -euo pipefail

store=${XDG_CACHE_HOME:-$HOME/.cache}/orchestrator-deploy/docker
export DOCKER_HOST=unix://$store/engine.sock

stop() {
  local pid
  pid=$(cat "$store/pid" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] || return 0
  kill "$pid"
  tail --pid="$pid" -f /dev/null
  cat "$store/forwards" >/proc/sys/net/ipv4/ip_forward
}

case ${1-} in
  start)
    docker version >/dev/null 2>&1 && { echo "$DOCKER_HOST"; exit; }
    stop
    mkdir -p "$store"
    rm -f "$store/pid"
    # An engine that has to turn forwarding on itself also lets nothing through between other networks of the machine.
    cat /proc/sys/net/ipv4/ip_forward >"$store/forwards"
    echo 1 >/proc/sys/net/ipv4/ip_forward
    # No bridge: what runs has a network of its own, what is built that of the machine. Limits: a container of this machine may be refused more than it has.
    nohup dockerd --data-root "$store/root" --exec-root "$store/run" --pidfile "$store/pid" --host "$DOCKER_HOST" --bridge none \
      --default-ulimit nofile=8192:8192 --default-ulimit nproc=8192:8192 >"$store/log" 2>&1 </dev/null &
    for _ in $(seq 60); do
      docker version >/dev/null 2>&1 && { echo "$DOCKER_HOST"; exit; }
      kill -0 $! 2>/dev/null || break
      sleep 0.5
    done
    echo "the engine did not start:" >&2
    tail -n 5 "$store/log" >&2
    exit 1
    ;;
  stop) stop ;;
  *) sed -n '3,4s/^# *//p' "$0" >&2; exit 2 ;;
esac
