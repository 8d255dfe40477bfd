#!/bin/busybox sh
# /init of the initramfs: the host's own root, read-only, beneath a tmpfs that takes what is written; then
# guest-init.sh.
B=/bin/busybox
N=/newroot
m() { $B mount "$@"; }
die() { echo "RIG-FAIL $*"; $B poweroff -f; }

m -t proc proc /proc
m -t sysfs sys /sys
m -t devtmpfs dev /dev 2>/dev/null

DISKS=
read -r CMDLINE </proc/cmdline
for word in $CMDLINE; do
  case $word in
    rig.machine=*) MACHINE=${word#*=} ;;
    rig.modules=*) MODULES=${word#*=} ;;
    rig.disks=*) DISKS=${word#*=} ;;
    rig.here=*) HERE=${word#*=} ;;
    rig.out=*) OUT=${word#*=} ;;
  esac
done

while read -r module; do
  $B insmod "/mod/$module" || die "$module"
done </mod/order

# A folder of the host, by what this machine has for that.
share() { # NAME FOLDER ro|rw POINT
  CACHE=loose
  [ "$3" = ro ] || CACHE=none
  case $MACHINE in
    uml) m -t hostfs -o "$3,$2" "$1" "$4" ;;
    qemu) m -t 9p -o "$3,trans=virtio,version=9p2000.L,msize=512000,cache=$CACHE" "$1" "$4" ;;
  esac
}

share root / ro /lower || die root
m -t tmpfs -o size=4g,mode=755 tmpfs /rw
$B mkdir -p /rw/up /rw/work
m -t overlay -o lowerdir=/lower,upperdir=/rw/up,workdir=/rw/work overlay $N || die overlay

IFS=,
set -- a b c d e f
for folder in $DISKS; do
  m -t ext4 -o noatime "/dev/vd$1" "$N$folder" || die "$folder"
  $B rmdir "$N$folder/lost+found" # which is none of the folder
  shift
done
unset IFS

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
share out "$OUT" rw $N/mnt/out || die out
m -t configfs configfs $N/sys/kernel/config
KV=$($B uname -r)
$B mkdir -p "$N/lib/modules/$KV"
m --bind "$N$MODULES/$KV" "$N/lib/modules/$KV" || die modules

$B ip link set lo up
$B hostname rig
exec $B switch_root $N /bin/bash "$HERE/guest-init.sh"
