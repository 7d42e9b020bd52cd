#!/bin/sh
# What the packages leave open: names, users, units that start, units that do not, modules. Usage, as root: images/settle.sh TREE SERIAL
set -eu
R=$1 SERIAL=$2
echo borne >"$R/etc/hostname"
: >"$R/etc/machine-id"
mkdir -p "$R/etc/colporteur" "$R/state"
echo "$SERIAL" >"$R/etc/colporteur/serial"
sed -i "s/@SERIAL@/$SERIAL/" "$R/etc/avahi/services/colporteur.service"
# The version that the profiles ask for (`image` in images/profiles): raised with them, not by the calendar.
printf 'IMAGE_VERSION="%s"\n' "${VERSION:-$(cat "$(dirname "$0")/version")}" >>"$R/etc/os-release"
chroot "$R" useradd -u 1000 -s /bin/bash -M -d /home/emprunteur emprunteur
rm -f "$R"/etc/ssh/ssh_host_*
# A place for everything a borrower can write; what is mounted over them is encrypted.
for place in $(sed -n 's/^PLACES="\(.*\)"$/\1/p' "$R/usr/local/sbin/fleet-session"); do mkdir -p "$R/$place"; done
cat >"$R/etc/fstab" <<'TABLE'
PARTLABEL=state /state ext4 noatime,x-systemd.device-timeout=240s 0 0
TABLE
W=$R/etc/systemd/system/multi-user.target.wants
mkdir -p "$W"
for unit in fleet-session colporteur-hostkey; do ln -sf "../$unit.service" "$W/$unit.service"; done
ln -sf /usr/lib/systemd/system/systemd-networkd.service "$W/"
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
    getty@tty1.service systemd-pstore.service systemd-networkd-wait-online.service tmp.mount; do
    ln -sf /dev/null "$R/etc/systemd/system/$unit"
done
sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=zstd/' "$R/etc/initramfs-tools/initramfs.conf"
printf '%s\n' virtio_pci virtio_blk virtio_net squashfs overlay ext4 dm-crypt xts >"$R/etc/initramfs-tools/modules"
