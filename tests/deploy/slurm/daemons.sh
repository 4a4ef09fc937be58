# A Slurm of one machine in a folder: daemons with their own key, ports and state, for scripts that have namespaces of their own.
# Two node names at two addresses share the machine. Everything ends with the namespaces; nothing is left outside the folder.
# shellcheck shell=bash

# slurm_start FOLDER
slurm_start() {
  local folder=$1 host
  host=$(hostname)
  mkdir -p "$folder"/{munge,state,log} "$folder"/spool-{one,two}
  chmod 755 "$folder"
  # Names of the nodes' addresses, seen in this namespace alone.
  printf '127.0.0.1 localhost %s\n10.0.0.1 one\n10.0.0.2 two\n' "$host" >"$folder/hosts"
  ip link set lo up
  # Slurm asks for addresses as if there were no network where there are none but loopback's.
  ip address add 10.0.0.1/32 dev lo
  ip address add 10.0.0.2/32 dev lo
  mount --bind "$folder/hosts" /etc/hosts
  # Stand-ins for the devices of two GPUs on each node.
  mknod -m 666 "$folder/gpu0" c 1 3
  mknod -m 666 "$folder/gpu1" c 1 3
  cat >"$folder/gres.conf" <<GRES
NodeName=one,two Name=gpu File=$folder/gpu[0-1] Flags=nvidia_gpu_env
GRES
  cat >"$folder/slurm.conf" <<CONF
ClusterName=tests
SlurmctldHost=$host(10.0.0.1)
SlurmctldPort=6817
AuthType=auth/munge
# How long one that was requeued waits, among others.
AuthInfo=socket=$folder/munge/socket,cred_expire=10
SlurmUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# There are more cores than the machine has.
SlurmdParameters=config_overrides
GresTypes=gpu
JobRequeue=1
KillWait=60
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=one NodeHostname=$host NodeAddr=10.0.0.1 Port=6821 CPUs=4 RealMemory=8000 Gres=gpu:2
NodeName=two NodeHostname=$host NodeAddr=10.0.0.2 Port=6822 CPUs=4 RealMemory=8000 Gres=gpu:2
PartitionName=normal Nodes=one,two Default=YES PriorityTier=1 GraceTime=60
PartitionName=urgent Nodes=one,two PriorityTier=9 PreemptMode=OFF
CONF
  export SLURM_CONF=$folder/slurm.conf

  head -c 1024 /dev/urandom >"$folder/munge/key"
  chown -R munge "$folder/munge"
  chmod 400 "$folder/munge/key"
  setpriv --reuid munge --regid munge --clear-groups munged --foreground --force --key-file "$folder/munge/key" --socket "$folder/munge/socket" \
    --pid-file "$folder/munge/pid" --log-file "$folder/munge/log" --seed-file "$folder/munge/seed" 2>/dev/null &
  until [ -S "$folder/munge/socket" ]; do sleep 0.1; done
  slurmctld -D >/dev/null 2>&1 &
  slurmd -D -N one >/dev/null 2>&1 &
  slurmd -D -N two >/dev/null 2>&1 &
  # shellcheck disable=SC2016
  timeout 60 bash -c 'until [ "$(sinfo --noheader --partition=normal --format %t 2>/dev/null)" = idle ]; do sleep 0.2; done' && return
  echo "Slurm did not start:" >&2
  tail -n 5 -- "$folder/log/slurmctld" >&2
  return 1
}
