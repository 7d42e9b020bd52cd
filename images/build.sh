#!/bin/sh
# A device's system image and a disk to try it on: read-only squashfs, state (host key), session (encrypted under a throw-away key).
# Usage, as root: images/build.sh OUTPUT-FOLDER PUBLIC-KEY-FILE [SERIAL]
# Needs mmdebstrap, squashfs-tools, fdisk, e2fsprogs. Nothing is mounted from a loop device; no device mapper is needed here.
set -eu
OUT=$1 KEY=$2 SERIAL=${3:-IMAGE0001}
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=${SUITE:-bookworm}
ROOT_MB=${ROOT_MB:-160} STATE_MB=16 SESSION_MB=${SESSION_MB:-128}
# mmdebstrap's tree must be reachable by everybody, and on a file system that keeps owners.
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
chmod 755 "$WORK"
mkdir -p "$OUT"

sh "$HERE/rootfs.sh" "$WORK/root" "$SUITE"
R=$WORK/root
cp -r --no-preserve=ownership "$HERE/overlay/." "$R/"
chmod 755 "$R/usr/local/sbin/fleet-session" "$R/etc/initramfs-tools/scripts/init-bottom/colporteur"
sh "$HERE/settle.sh" "$R" "$SERIAL"

KERNEL=$(ls "$R/usr/lib/modules" | sort -V | tail -1)
chroot "$R" update-initramfs -u -k "$KERNEL" >"$OUT/initrd.log" 2>&1
cp "$R/boot/vmlinuz-$KERNEL" "$OUT/vmlinuz"
cp "$R/boot/initrd.img-$KERNEL" "$OUT/initrd"
rm -rf "$R/boot/"* "$R/var/cache/apt" "$R/var/lib/apt/lists"
mkdir -p "$R/var/lib/apt/lists"
mksquashfs "$R" "$OUT/root.sqfs" -comp zstd -Xcompression-level 3 -noappend -no-progress -quiet

# What a device keeps from one start to the next: its host key (made at the first start), who may log in. Nothing of a borrower.
mkdir -p "$WORK/state/ssh"
chmod 700 "$WORK/state/ssh"
install -m 600 "$KEY" "$WORK/state/ssh/authorized_keys"
truncate -s "${STATE_MB}M" "$WORK/state.ext4"
mke2fs -q -t ext4 -L state -d "$WORK/state" "$WORK/state.ext4"

D=$OUT/disk.new
rm -f "$D"
truncate -s "$((1 + ROOT_MB + STATE_MB + SESSION_MB + 1))M" "$D"
sfdisk -q "$D" <<TABLE
label: gpt
start=1MiB, size=${ROOT_MB}MiB, name=root_a
size=${STATE_MB}MiB, name=state
size=${SESSION_MB}MiB, name=session
TABLE
dd if="$OUT/root.sqfs" of="$D" bs=1M seek=1 conv=notrunc,sparse status=none
dd if="$WORK/state.ext4" of="$D" bs=1M seek=$((1 + ROOT_MB)) conv=notrunc,sparse status=none
rm -f "$OUT/root.sqfs"
mv "$D" "$OUT/disk.img"
