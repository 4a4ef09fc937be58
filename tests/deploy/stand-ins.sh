#!/usr/bin/env bash
# Makes stand-ins for the images from which cluster/Dockerfile and docker-compose.yml start, under their very names, so that no registry is asked:
# Debian 13, with the machine's own .NET or Debian's packages of the services. And an image with Docker's own tools of the same Debian.
# What is in the engine's store already is left as it is: the first run takes minutes, the next seconds.
#
#   DOCKER_HOST=unix://… tests/deploy/stand-ins.sh
set -euo pipefail
export DOCKER_BUILDKIT=0   # there is no builder but the old one yet

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
there() { docker image inspect "$1" >/dev/null 2>&1; }
# Builds IMAGE from a Dockerfile on standard input and the folder CONTEXT (none: an empty one), where it is not there.
make() { # IMAGE [CONTEXT]
  there "$1" && return
  echo "making $1"
  cat >"$work/Dockerfile"
  mkdir -p "$work/empty"
  docker build --quiet --network host --tag "$1" --file "$work/Dockerfile" "${2:-$work/empty}" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}

if ! there stand-in/debian:13; then
  echo "making stand-in/debian:13"
  # From where this machine itself has its packages; as bare as images come.
  # shellcheck disable=SC1091,SC2016  # apt fills it in
  archive=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$(. /etc/os-release && echo "$VERSION_CODENAME") //p" | head -n 1)
  mmdebstrap --quiet --variant=apt --include=passwd \
    --dpkgopt="path-exclude=/usr/share/doc/*" --dpkgopt="path-exclude=/usr/share/man/*" --dpkgopt="path-exclude=/usr/share/locale/*" \
    --aptopt='Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";' --aptopt='DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' \
    trixie "$work/debian.tar" "$archive"
  docker import --message "Debian 13, as small as it comes" "$work/debian.tar" stand-in/debian:13 >/dev/null
fi

# It trusts what this machine trusts, so that packages come from where its own come from.
mkdir "$work/certificates"
cp -L /etc/ssl/certs/ca-certificates.crt "$work/certificates/"
for name in ubuntu:24.04 nvidia/cuda:12.8.1-runtime-ubuntu24.04; do
  make $name "$work/certificates" <<'DOCKERFILE'
FROM stand-in/debian:13
COPY ca-certificates.crt /etc/ssl/certs/
DOCKERFILE
done

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
make mcr.microsoft.com/dotnet/aspnet:10.0-noble "$dotnet" <<'DOCKERFILE'
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends libicu76 libssl3t64 libstdc++6 tzdata zlib1g && rm -rf /var/lib/apt/lists/*
COPY dotnet LICENSE.txt /usr/share/dotnet/
COPY host /usr/share/dotnet/host
COPY shared /usr/share/dotnet/shared
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet && useradd --uid 1654 --user-group --create-home app
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true APP_UID=1654
DOCKERFILE

make mcr.microsoft.com/dotnet/sdk:10.0-noble "$dotnet" <<DOCKERFILE
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
COPY . /usr/share/dotnet
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online}
DOCKERFILE

make postgres:16.9 "$(dirname "$0")" <<'DOCKERFILE'
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/*
COPY --chown=root:root postgres.sh /usr/local/bin/docker-entrypoint.sh
RUN install -d -o postgres -g postgres /var/lib/postgresql/data && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
USER postgres
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
DOCKERFILE

make prom/prometheus:v3.5.0 <<'DOCKERFILE'
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends prometheus && rm -rf /var/lib/apt/lists/* && install -d -o nobody -g nogroup /prometheus
USER nobody
VOLUME /prometheus
WORKDIR /prometheus
ENTRYPOINT ["prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
DOCKERFILE

make prom/alertmanager:v0.28.1 <<'DOCKERFILE'
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends prometheus-alertmanager && rm -rf /var/lib/apt/lists/* && install -d -o nobody -g nogroup /alertmanager
USER nobody
WORKDIR /alertmanager
ENTRYPOINT ["prometheus-alertmanager"]
CMD ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"]
DOCKERFILE

make stand-in/tools:13 <<'DOCKERFILE'
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends docker-cli docker-buildx docker-compose kubernetes-client && rm -rf /var/lib/apt/lists/*
DOCKERFILE
