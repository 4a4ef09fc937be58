# What the scripts beside it check with. Each ends with the line that summary prints.
# shellcheck shell=bash
passed=0 failed=0

check() { # WHAT COMMAND…
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "  ok      $what"
  else
    failed=$((failed + 1))
    echo "  FAILED  $what"
  fi
}

# Asks every second; what it asks may change the variables of this shell.
within() { # SECONDS COMMAND…
  local until=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 1
  done
}

summary() {
  echo "$passed passed, $failed failed, 0 skipped"
  [ "$failed" -eq 0 ]
}
