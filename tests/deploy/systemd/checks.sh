#!/usr/bin/env bash
# Runs under the systemd of boot.sh: begins a cluster as its services, and sees what they do.
set -uo pipefail
data=/var/lib/orchestrator token=""

check() { # WHAT COMMAND…
  local what=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "  ok      $what"; else echo "  FAILED  $what"; fi
}

within() { # SECONDS COMMAND…
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 1
  done
}

ready() { curl -sf "http://127.0.0.1:$1/readyz"; }
asked() { curl -sf -H "Authorization: Bearer $token" "http://127.0.0.1:8080/api/$1"; }
epochs() { asked sweeps/array/trials | grep -o '"epochs": *[0-9]*' | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }
trained() { [ "$(epochs)" -ge "$1" ]; }
is_done() { asked sweeps/array | grep -q '"state": *"completed"'; }
property() { systemctl show --property="$2" --value "orchestrator@$1"; }
logged() { journalctl --unit="orchestrator@$1" --output=cat; }

systemctl enable --now --quiet orchestrator@coordinator orchestrator@worker orchestrator@evaluator
check "systemd is process 1" grep -qx systemd /proc/1/comm
check "the coordinator is ready" within 120 ready 8080
check "the worker is ready" within 120 ready 8081
check "the evaluator is ready" within 120 ready 8082
check "they run as their own user" [ "$(stat -c %U "/proc/$(property worker MainPID)")" = orchestrator ]
token=$(setpriv --reuid orchestrator --regid orchestrator --clear-groups /opt/orchestrator/orchestrator token create --role operator --data-dir $data 2>/dev/null)
cat >/tmp/array.yaml <<YAML
name: array
dataset: digits
seed: 7
trial:
  flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
  training: { epochs: 60, batch_size: 64, learning_rate: 1.0e-3 }
parameters: { replicate: [1, 2, 3, 4] }
evaluation: { samples: 50, kid: { subsets: 2, subset_size: 20 }, interpolation: { pairs: 4, points: 3 } }
YAML
ORCHESTRATOR_TOKEN=$token /opt/orchestrator/orchestrator sweep submit /tmp/array.yaml --server http://127.0.0.1:8080
check "trials train" within 120 trained 10

systemctl restart orchestrator@worker
check "restarted, the worker hands its trials back" grep -q 'ended: Interrupted' <<<"$(logged coordinator)"
check "and none is lost" [ "$(logged coordinator | grep -c 'ended: NodeLost')" -eq 0 ]
check "it comes back" within 120 ready 8081

before=$(property worker MainPID)
kill -KILL "$before"
check "killed, the worker is started again" within 120 ready 8081
check "as another process" [ "$(property worker MainPID)" != "$before" ]
check "by its unit" [ "$(property worker NRestarts)" -eq 1 ]
check "the sweep is done" within 600 is_done

sed -i 's/^port = .*/port = many/' /etc/orchestrator/worker.conf
systemctl stop orchestrator@worker
check "stopped, it ends well" [ "$(property worker Result)" = success ]
rm -r /etc/systemd/system/orchestrator@worker.service.d
systemctl daemon-reload
systemctl start orchestrator@worker
check "with wrong settings it ends" within 60 systemctl is-failed orchestrator@worker
sleep 7   # RestartSec, and some
check "with exit code 2, and is not started again" [ "$(property worker ExecMainStatus) $(property worker ActiveState)" = "2 failed" ]
systemctl stop orchestrator@coordinator orchestrator@evaluator
check "nothing of it is left" [ -z "$(pgrep -u orchestrator)" ]
echo "all was looked at"
