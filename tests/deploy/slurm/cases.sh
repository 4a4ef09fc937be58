# What happens to arrays in a real Slurm. Each function is a case; slurm.sh has what they share.
# shellcheck shell=bash disable=SC2034,SC2154

jobs=() at="" user="" job="" token=""

as() { setpriv --reuid "$user" --regid "$user" --clear-groups env HOME="$at" "$@"; }

# A folder of one user with a cluster's certificates; the array is begun in it.
array() { # NAME USER [VARIABLE=VALUE…] -- ARGUMENT-OF-SBATCH…
  local variables=()
  at=$folder/$1 user=$2
  shift 2
  mkdir -p "$at/runs"
  [ -d "$at/certs" ] || "$checkout/cluster/certs.sh" --owner "$user" "$at/certs" node >/dev/null
  chown -R "$user" "$at"
  while [ "$1" != -- ]; do variables+=("$1"); shift; done
  shift
  job=$(as DATA="$at/runs" CERTS="$at/certs" PROGRAM="$program" SETTINGS="$checkout/cluster" "${variables[@]}" \
    sbatch --parsable --chdir "$at" --gres=none --cpus-per-task=1 "$@" "$checkout/cluster/slurm/orchestrator.sbatch")
  jobs+=("$job")
}

# The sweep, submitted as the documentation has it; those of the same length are the same.
submit() { # TRIALS EPOCHS
  within 120 answers || { check "element 0 answers" false; return; }
  token=$(as "$program" token create --role operator --data-dir "$at/runs" 2>/dev/null)
  sweep "$1" "$2" >"$at/array.yaml"
  as ORCHESTRATOR_TOKEN="$token" srun --quiet --overlap --jobid="$(number 0)" "$program" sweep submit "$at/array.yaml" --server "$(api)" >/dev/null
}

sweep() {
  cat <<YAML
name: array
dataset: digits
seed: 7
trial:
  flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
  training: { epochs: $2, batch_size: 64, learning_rate: 1.0e-3 }
parameters: { replicate: [$(seq -s , "$1")] }
evaluation: { samples: 50, kid: { subsets: 2, subset_size: 20 }, interpolation: { pairs: 4, points: 3 } }
YAML
}

# An element's own number: that of the array is another one.
number() { squeue --noheader --format=%A --jobs="${job}_$1"; }
api() { cat "$at/runs/slurm/$job/api"; }
answers() { curl -sf "$(api)/readyz" >/dev/null; }
asked() { curl -sf -H "Authorization: Bearer $token" "$(api)/api/$1"; }
# The epochs of the sweep that are trained.
epochs() { asked sweeps/array/trials | grep -o '"epochs": *[0-9]*' | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }
trained() { [ "$(epochs)" -ge "$1" ]; }
is_done() { asked sweeps/array | grep -q '"state": *"completed"'; }
state() { squeue --noheader --array --jobs="$1" --format=%T; }
is() { [ "$(state "$1")" = "$2" ]; }
restarts() { scontrol show job "$1" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p'; }
starts() { grep -c 'node akka.ssl.tcp://' "$at/orchestrator-${job}_$1.log"; }
started() { [ "$(starts "$1")" -ge "$2" ]; }
nothing_runs() { [ -z "$(squeue --noheader)" ]; }

results() { "$program" sweep results array --json "$@" | python3 -c '
import json, sys
for trial in json.load(sys.stdin)["trials"]:
    print(trial["id"], trial["state"], trial["epochs"], trial["evaluation"]["state"], trial["checkpoint"]["sha256"])'; }

# What the same sweep comes to where nothing happens to it.
reference() { # TRIALS EPOCHS
  local undisturbed=$folder/undisturbed-$1-$2
  if [ ! -d "$undisturbed" ]; then
    mkdir "$undisturbed"
    sweep "$1" "$2" >"$undisturbed/array.yaml"
    (cd "$undisturbed" && "$program" sweep run array.yaml --no-progress >out 2>&1)
  fi
  results --data-dir "$undisturbed/runs"
}

ends() { # TRIALS EPOCHS
  check "the sweep is done" within 600 is_done
  ORCHESTRATOR_TOKEN=$token results --server "$(api)" >"$at/results" 2>&1
  reference "$1" "$2" >"$at/expected"
  check "nothing is lost: every trial has the weights of a run without disturbance" diff "$at/expected" "$at/results"
  check "there are $1 trials, all trained to epoch $2 and evaluated" \
    [ "$(grep -cE "^[0-9]+ completed $2 completed [0-9a-f]{64}$" "$at/results")" -eq "$1" ]
}

one_element() {
  array one games -- --array=0
  submit 4 60
  within 200 trained 30
  check "one core is one slot" grep -q '; 1 worker slot, ' "$at/orchestrator-${job}_0.log"
  scontrol requeue "${job}_0"
  check "requeued in the middle, it comes back" within 120 started 0 2
  ends 4 60
}

# The sole coordinator goes to another machine, then the other element is put back.
two_elements() {
  array two games -- --array=0-1 --nodelist=one
  submit 4 60
  check "both elements join" within 120 started 1 1
  check "each has one core, and one slot" [ "$(grep -ho '; 1 worker slot[,)]' "$at"/*.log | wc -l)" -eq 2 ]
  within 200 trained 30
  scontrol requeuehold "${job}_0"
  within 60 is "${job}_0" PENDING
  scontrol update job="${job}_0" reqnodelist=two
  scontrol release "${job}_0"
  check "element 0 comes back" within 120 started 0 2
  check "at another address" grep -q "^two:" "$at/runs/slurm/$job/0"
  check "where the other one finds it" within 120 two_nodes
  scontrol requeue "${job}_1"
  check "the other one comes back" within 120 started 1 3
  ends 4 60
}

two_nodes() { [ "$(asked nodes | grep -o '"address"' | wc -l)" -eq 2 ]; }

three_coordinators() {
  postgres_start "$folder/postgres" || { check "PostgreSQL starts" false; return; }
  array three games COORDINATORS=3 ORCHESTRATOR__JOURNAL="Host=$folder/postgres;Database=orchestrator;Username=orchestrator" -- --array=0-2
  submit 4 60
  within 200 trained 30
  scontrol requeue "${job}_0"
  check "element 0 comes back" within 120 started 0 2
  ends 4 60
  check "the others never left" [ "$(starts 1)$(starts 2)" = 11 ]
}

time_limit() {
  array limit games -- --array=0 --time=1 --signal=B:USR1@10
  submit 3 160
  check "it comes back after its minute" within 240 started 0 2
  ends 3 160
  check "each time it handed its trial back in time" none_lost
  check "it was never ended by its limit" [ "$(state "${job}_0")" != TIMEOUT ]
}

# Attempts ended because their node left, and none because it was killed.
none_lost() { grep -q 'Training of trial .* ended: Interrupted' "$at"/*.log && ! grep -q 'ended: NodeLost' "$at"/*.log; }

preemption() {
  array preempted games -- --array=0-1 --nodelist=one
  submit 4 60
  within 200 trained 30
  # Somebody else's, with a higher priority, takes the machine for five seconds.
  jobs+=("$(sbatch --parsable --chdir "$folder" --output=/dev/null --partition=urgent --nodelist=one --exclusive --wrap 'sleep 5')")
  check "preempted, both elements come back" within 300 both_again
  # By hand, as before a time limit. The number of one of the elements is that of the array: the other one is not to hear of it.
  within 200 trained 120
  within 60 started 0 2
  local before
  before=$(grep -c 'ended: NodeLost' "$at/orchestrator-${job}_0.log")
  scancel --signal=USR1 --batch "${job}_1"
  check "told to, one leaves and comes back" within 200 started 1 3
  check "it handed its trial back in time" [ "$(grep -c 'ended: NodeLost' "$at/orchestrator-${job}_0.log")" -eq "$before" ]
  check "and left the other one alone" [ "$(starts 0)" -eq 2 ]
  ends 4 60
}

both_again() { [ "$(restarts "${job}_0")" = 1 ] && [ "$(restarts "${job}_1")" = 1 ] && started 0 2 && started 1 2; }

gpus() {
  mkdir -p "$folder/driver"
  cat >"$folder/driver/nvidia-smi" <<'TOOL'
#!/bin/sh
case $* in
  *index,uuid*) printf '%s\n' '0, GPU-00aa, NVIDIA H100, 81559, Disabled' '1, GPU-11aa, NVIDIA H100, 81559, Disabled' ;;
  *) exit 2 ;;
esac
TOOL
  chmod +x "$folder/driver/nvidia-smi"
  array gpus games PATH="$folder/driver:$PATH" -- --array=0-1 --nodelist=one --gres=gpu:1
  submit 4 60
  check "each element's trials see its own GPU" within 120 both_gpus
  check "each has one slot, of one GPU" [ "$(grep -ho '; 1 worker slot[,)]' "$at"/*.log | wc -l)" -eq 2 ]
  local cluster=$job
  array gpus games PATH="$folder/driver:$PATH" JOIN="$cluster" -- --array=0 --nodelist=two
  check "one that was given none joins" within 120 started 0 1
  check "and has a slot of cores" grep -q '; 1 worker slot)' "$at/orchestrator-${job}_0.log"
  job=$cluster
  ends 4 60
}

both_gpus() {
  [ "$(cat /proc/[0-9]*/environ | tr '\0' '\n' | grep '^CUDA_VISIBLE_DEVICES=GPU-' | sort -u | paste -sd' ')" = \
    "CUDA_VISIBLE_DEVICES=GPU-00aa CUDA_VISIBLE_DEVICES=GPU-11aa" ]
}

two_users() {
  array first games -- --array=0-1 --nodelist=one
  submit 4 60
  local first=("$at" "$job" "$token")
  array second daemon -- --array=0-1 --nodelist=one
  submit 4 60
  check "the second user's cluster has two nodes" within 120 two_nodes
  ends 4 60
  user=games at=${first[0]} job=${first[1]} token=${first[2]}
  check "the first user's cluster has two nodes" within 120 two_nodes
  ends 4 60
}

# Growing by need: with one element, and two more as long as trials wait.
scaling() {
  array growing games ORCHESTRATOR__IDLE_MINUTES=1 -- --array=0
  submit 8 60
  within 200 trained 10
  grow
  check "two more elements are submitted" grep -q '^submitted 2 elements as job [0-9]*: [0-9]* trials wait, 1 elements run$' "$at/grown"
  check "they join" within 120 three_nodes
  check "and train" within 200 grep -q 'slot 1: Training of array/' "$at/orchestrator-$(joined)_0.log"
  grow
  check "there are as many as there may be, and no more are submitted" [ ! -s "$at/grown" ]
  ends 8 60
  check "without work they leave for good" within 200 gone
  check "the coordinator stays" [ "$(state "${job}_0")" = RUNNING ]
  grow
  check "nothing waits, and none is submitted" [ ! -s "$at/grown" ]
}

grow() {
  (cd "$at" && as ORCHESTRATOR_TOKEN="$token" DATA="$at/runs" CERTS="$at/certs" PROGRAM="$program" SETTINGS="$checkout/cluster" \
    ORCHESTRATOR__IDLE_MINUTES=1 "$program" slurm scale "$job" --max 3 --once \
    --script "$checkout/cluster/slurm/orchestrator.sbatch" --server "$(api)" -- --gres=none --cpus-per-task=1 >grown 2>&1)
  cat "$at/grown"
}
joined() { sed -n 's/^submitted .* as job \([0-9]*\):.*/\1/p' "$at"/grown* | head -n 1; }
three_nodes() { [ "$(asked nodes | grep -o '"address"' | wc -l)" -eq 3 ]; }
gone() { [ "$(squeue --noheader --array --name="orchestrator-$job" | wc -l)" -eq 0 ]; }
