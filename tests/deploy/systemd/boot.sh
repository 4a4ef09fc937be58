#!/usr/bin/env bash
# Process 1 of the namespaces that systemd.sh has made: lays out a root, installs as docs/operations.md has it, and becomes systemd.
set -euo pipefail
: "${folder:?}" "${checkout:?}" "${PROGRAM:?}"
root=$folder/root
hostname node-1
ip link set lo up
mkdir "$folder"/{layers,root}
mount -t tmpfs none "$folder/layers"
mkdir "$folder"/layers/{upper,work}
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs none "$root/dev" -o mode=755
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root"/dev/{shm,pts}
touch "$folder/console" "$root/dev/console"
mount --bind "$folder/console" "$root/dev/console"
mount -t tmpfs none "$root/run"
mount -t tmpfs none "$root/tmp"
if ! grep -q '^cgroup2  ' "$folder/hierarchies"; then mount -t tmpfs none "$root/sys/fs/cgroup" -o mode=755; fi
while read -r type at options; do
  mkdir -p "$root/sys/fs/cgroup$at"
  case $type:$at in
    cgroup2:*) mount -t cgroup2 none "$root/sys/fs/cgroup$at" ;;
    *:/systemd) mount -t cgroup -o none,name=systemd none "$root/sys/fs/cgroup$at" ;;
    *) mount -t cgroup -o "${options##*relatime,}" none "$root/sys/fs/cgroup$at" ;;
  esac
done <"$folder/hierarchies"

# Nothing starts but what is asked for, and nothing that is the kernel's own is changed.
rm -rf "$root"/etc/systemd/system/*.wants
for unit in systemd-sysctl systemd-modules-load systemd-udevd systemd-udev-trigger systemd-remount-fs; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done
printf '127.0.0.1 localhost node-1\n' >"$root/etc/hosts"

# As docs/operations.md has it, with all roles on one machine and one coordinator.
mkdir -p "$root"/opt/orchestrator "$root"/etc/orchestrator/certs
mount --bind "$(dirname "$PROGRAM")" "$root/opt/orchestrator"
chroot "$root" useradd --system --no-create-home orchestrator
cp "$checkout"/cluster/*.conf "$root/etc/orchestrator"
cp "$checkout/cluster/systemd/orchestrator@.service" "$root/etc/systemd/system"
cat >"$root/etc/orchestrator/node.env" <<ENV
ORCHESTRATOR__SEED=node-1:4053,node-1:4054
ORCHESTRATOR__PUBLIC_HOST=node-1
ORCHESTRATOR__COORDINATORS=1
ORCHESTRATOR__JOURNAL=sqlite
ENV
chmod 600 "$root/etc/orchestrator/node.env"
chroot "$root" "$checkout/cluster/certs.sh" --owner orchestrator /etc/orchestrator/certs node >/dev/null
chmod 755 "$root/etc/orchestrator/certs"
port=4053
for role in worker evaluator; do
  port=$((port + 1))
  mkdir "$root/etc/systemd/system/orchestrator@$role.service.d"
  printf '[Service]\nEnvironment=ORCHESTRATOR__PORT=%d ORCHESTRATOR__HTTP__PORT=%d\n' $port $((port + 4027)) \
    >"$root/etc/systemd/system/orchestrator@$role.service.d/ports.conf"
done
cat >"$root/etc/systemd/system/checks.service" <<UNIT
[Service]
ExecStart=$checkout/tests/deploy/systemd/checks.sh
StandardOutput=file:/dev/console
StandardError=file:/dev/console
ExecStopPost=/bin/kill -s RTMIN+4 1
UNIT
cat >"$root/etc/systemd/system/checks.target" <<UNIT
[Unit]
Wants=checks.service
UNIT
exec chroot "$root" env -i container=tests "PATH=$PATH" /lib/systemd/systemd --system --unit=checks.target --log-target=null --show-status=0
