#!/bin/bash
# Installs and builds what the rig needs for RIG_MACHINE. Debian packages only; what is built goes to $RIG_WORK.
# NOAPT=1: installs no packages, needs no root.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/work.sh"

if [ -z "${NOAPT:-}" ]; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${PACKAGES[@]}" busybox-static kmod cpio udev python3 gcc libc6-dev linux-libc-dev tgt open-iscsi >/dev/null
fi
prepare

# --- initramfs: a static busybox, and the modules without which there is no root and no drive --------------------
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
mkdir -p "$T"/modules/lib "$T"/root/{bin,mod,proc,sys,dev,lower,rw,newroot}
ln -s "$MODULES" "$T/modules/lib/modules"
cp /bin/busybox "$T/root/bin/"
cp "$HERE/init.sh" "$T/root/init"
chmod +x "$T/root/init"
release=$(ls -v "$MODULES" | tail -n 1)
PATH=$PATH:/usr/sbin:/sbin modprobe -d "$T/modules" -S "$release" -a --show-depends "${FIRST_MODULES[@]}" |
  awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
  while read -r module; do
    cp "$module" "$T/root/mod/"
    basename "$module"
  done >"$T/root/mod/order"
(cd "$T/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$MACHINE/initrd.gz"

gcc -O2 -Wall -o "$RIG_WORK/tcmud" "$HERE/tcmu/tcmud.c"
