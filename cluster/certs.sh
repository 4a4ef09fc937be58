#!/usr/bin/env bash
# Makes a small certificate authority and the certificates of nodes; nodes talk only to who shows one of the same authority.
set -euo pipefail

usage() {
  cat >&2 <<USAGE
usage: cluster/certs.sh [--days N] [--san LIST] [--owner USER] DIR NAME...

  DIR/authority.pem, DIR/authority.key   the authority, made where there is none; its key belongs on no node
  DIR/NAME.pem, DIR/NAME.key             one certificate and key per NAME, for both ends of a connection

  --days N      validity of the certificates (825); the authority's is ten years
  --san LIST    names of the certificates beside NAME: DNS:host.example,IP:10.0.0.7
  --owner USER  who owns the nodes' keys (name or number, needs root); the container image runs as 1654

An existing authority is used again. An existing certificate is never overwritten: delete it to make a new one.
USAGE
  exit 2
}

die() { echo "certs.sh: $*" >&2; exit "${code:-1}"; }

days=825 san="" owner=""
while [ $# -gt 0 ]; do
  case $1 in
    --days) days=${2:-}; shift 2 || usage ;;
    --san) san=${2:-}; shift 2 || usage ;;
    --owner) owner=${2:-}; shift 2 || usage ;;
    -*) usage ;;
    *) break ;;
  esac
done
[ $# -ge 2 ] || usage
[[ $days =~ ^[1-9][0-9]*$ ]] || code=2 die "--days: expected a whole number, found '$days'"
command -v openssl >/dev/null || die "openssl is not installed"

dir=$1; shift
for name in "$@"; do
  [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9.-]*$ && $name != authority ]] || code=2 die "'$name' is no name for a node"
  # All are looked at before the first is made: nothing is left half done.
  for file in "$dir/$name.pem" "$dir/$name.key"; do [ ! -e "$file" ] || code=2 die "$file is there already; delete it to make a new one"; done
done

mkdir -p "$dir"
umask 077   # no key is readable for others, not even for a moment
work=$(mktemp -d "$dir/.certs.XXXXXX")
trap 'rm -rf "$work"' EXIT

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

if [ -e "$dir/authority.pem" ] || [ -e "$dir/authority.key" ]; then
  [ -e "$dir/authority.pem" ] || die "$dir/authority.key is there, authority.pem is not: bring it back, or delete both and make every certificate anew"
  [ -e "$dir/authority.key" ] || die "$dir/authority.key is not there: bring it back from where you keep it"
else
  key "$work/authority.key"
  openssl req -x509 -new -sha256 -key "$work/authority.key" -days 3650 -subj "/CN=orchestrator authority" -out "$work/authority.pem" \
    -addext "basicConstraints=critical,CA:true,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign"
  chmod 644 "$work/authority.pem"
  mv "$work/authority.key" "$work/authority.pem" "$dir"
  echo "made $dir/authority.pem; keep authority.key away from the nodes"
fi

for name in "$@"; do
  key "$work/$name.key"
  openssl req -new -sha256 -key "$work/$name.key" -subj "/CN=$name" -out "$work/request"
  cat >"$work/extensions" <<EXTENSIONS
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:$name${san:+,$san}
EXTENSIONS
  serial=0x$(openssl rand -hex 16)
  openssl x509 -req -sha256 -in "$work/request" -CA "$dir/authority.pem" -CAkey "$dir/authority.key" -set_serial "$serial" \
    -days "$days" -extfile "$work/extensions" -out "$work/$name.pem" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
  chmod 644 "$work/$name.pem"
  [ -z "$owner" ] || chown "$owner" "$work/$name.key"
  mv "$work/$name.key" "$work/$name.pem" "$dir"
  echo "made $dir/$name.pem, valid for $days days"
done
