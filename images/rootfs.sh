#!/bin/sh
# A minimal Debian tree with the packages of packages-device.txt. Usage, as root: images/rootfs.sh FOLDER [SUITE]
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
PACKAGES=$(grep -v '^#' "$HERE/packages-device.txt" | paste -sd,)
# This computer's own mirrors when it is the same Debian; mmdebstrap's default otherwise.
. /etc/os-release
SOURCES=
if [ "${VERSION_CODENAME:-}" = "${2:-bookworm}" ]; then
    for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
        [ -z "$SOURCES" ] && [ -s "$file" ] && SOURCES=$file
    done
fi
mmdebstrap --quiet --variant=minbase --mode=root --include="$PACKAGES" \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    "${2:-bookworm}" "$1" ${SOURCES:+"$SOURCES"}
