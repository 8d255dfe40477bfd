#!/bin/busybox sh
# /init of the initramfs: the machine's own root, read-only, beneath a tmpfs that takes what is written; then
# guest-init.sh.
B=/bin/busybox
N=/newroot
m() { $B mount "$@"; }
die() { echo "RIG-FAIL $*"; $B halt -f; }

m -t proc proc /proc
m -t sysfs sys /sys
m -t devtmpfs dev /dev 2>/dev/null

read -r CMDLINE </proc/cmdline
for word in $CMDLINE; do
  case $word in
    rig.here=*) HERE=${word#*=} ;;
    rig.out=*) OUT=${word#*=} ;;
  esac
done

$B insmod /mod/overlay.ko || die overlay
$B insmod /mod/configfs.ko || die configfs
m -t hostfs -o ro,/ root /lower || die hostfs
m -t tmpfs -o size=4g,mode=755 tmpfs /rw
$B mkdir -p /rw/up /rw/work
m -t overlay -o lowerdir=/lower,upperdir=/rw/up,workdir=/rw/work overlay $N || die root
m --move /proc $N/proc
m --move /sys $N/sys
m --move /dev $N/dev

m -t tmpfs -o mode=755 tmpfs $N/run
$B mkdir -p $N/run/lock/iscsi $N/dev/shm $N/dev/pts
m -t tmpfs -o mode=1777 tmpfs $N/dev/shm
m -t devpts devpts $N/dev/pts
$B ln -sf /proc/self/fd $N/dev/fd
m -t tmpfs -o size=4g,mode=1777 tmpfs $N/mnt
$B mkdir -p $N/mnt/w $N/mnt/disc $N/mnt/out
$B chmod 1777 $N/mnt/w
m -t hostfs -o "rw,$OUT" out $N/mnt/out || die out
m -t configfs configfs $N/sys/kernel/config
KV=$($B uname -r)
$B mkdir -p "$N/lib/modules/$KV"
m --bind "$N/usr/lib/uml/modules/$KV" "$N/lib/modules/$KV" || die modules
$B ip link set lo up
$B hostname rig
exec $B switch_root $N /bin/bash "$HERE/guest-init.sh"
