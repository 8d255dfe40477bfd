#!/bin/bash
# tcmu-up.sh SOCKET [N]: the drive that is served on SOCKET becomes a drive of this kernel; prints "/dev/srN /dev/sgN".
# In the guest only. All commands that reach the drive are listed in /run/tcmud.N.log. N=1, 2, … for further drives.
set -euo pipefail
SOCKET=$1
N=${2:-0}
C=/sys/kernel/config

modprobe -a target_core_user tcm_loop sr_mod sg 2>/dev/null

# --- the backstore: target_core_user makes /dev/uioN -----------------------------------------------------------
D=$C/target/core/user_$N/cd0
mkdir -p "$D"
CONTROL="dev_config=rig/cd$N,dev_size=$((2295104 * 2048)),hw_block_size=2048"
echo "$CONTROL,hw_max_sectors=256,nl_reply_supported=-1" >"$D/control"
echo 0 >"$D/attrib/emulate_pr"
echo 1 >"$D/enable"
U=$(grep -l "tcm-user/$N/" /sys/class/uio/uio*/name | head -n 1 | cut -d/ -f5)
TCMUD_LOG=1 "$RIG_WORK/tcmud" "/dev/$U" "$SOCKET" >"/run/tcmud.$N.out" 2>"/run/tcmud.$N.log" </dev/null &

# --- the SCSI host: INQUIRY goes through tcmud while the port link is being made --------------------------------
L=$C/target/loopback/naa.500140500000000$N/tpgt_1
mkdir -p "$L/lun/lun_0"
echo "naa.50014050000000f$N" >"$L/nexus"
ln -s "$D" "$L/lun/lun_0/port"

DEVICE=/sys/bus/scsi/devices/$(cat "$L/address"):0
for ((i = 0; i < 100; i++)); do
  SR=$(ls "$DEVICE/block" 2>/dev/null || true)
  SG=$(ls "$DEVICE/scsi_generic" 2>/dev/null || true)
  [ -b "/dev/$SR" ] && [ -c "/dev/$SG" ] && { echo "/dev/$SR /dev/$SG"; exit 0; }
  sleep .1
done
echo "tcmu-up: no drive appeared" >&2
exit 1
