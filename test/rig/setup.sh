#!/bin/bash
# Installs and builds what the rig needs. Debian packages only; what is built goes to $RIG_WORK.
# NOAPT=1: no packages, no root.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/work.sh"

if [ -z "${NOAPT:-}" ]; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    user-mode-linux busybox-static kmod cpio udev gcc libc6-dev linux-libc-dev tgt open-iscsi >/dev/null
fi

# --- initramfs: a static busybox, and the two modules without which there is no root and no drive ---------------
MODULES=$(ls -d /usr/lib/uml/modules/*/ | tail -n 1)
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
mkdir -p "$T"/{bin,mod,proc,sys,dev,lower,rw,newroot}
cp /bin/busybox "$T/bin/"
cp "$MODULES/kernel/fs/overlayfs/overlay.ko" "$MODULES/kernel/fs/configfs/configfs.ko" "$T/mod/"
cp "$HERE/init.sh" "$T/init"
chmod +x "$T/init"
(cd "$T" && find . | cpio -o -H newc --quiet | gzip -1) >"$RIG_WORK/initrd.gz"

gcc -O2 -Wall -o "$RIG_WORK/tcmud" "$HERE/tcmu/tcmud.c"
