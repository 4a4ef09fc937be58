#!/bin/sh
# Starts a node under the name by which the others of its network find this machine or container.
# Every argument goes to `orchestrator node start`.
: "${ORCHESTRATOR__PUBLIC_HOST:=$(hostname)}"
export ORCHESTRATOR__PUBLIC_HOST
exec orchestrator node start "$@"
