#!/bin/bash
# PID 1 of the guest: runs the job, notes its status, ends the guest.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TERM=dumb LANG=C.UTF-8 TMPDIR=/mnt/w
read -r CMDLINE </proc/cmdline
for word in $CMDLINE; do
  case $word in
    rig.here=*) export RIG_HERE=${word#*=} ;;
    rig.work=*) export RIG_WORK=${word#*=} ;;
    rig.patience=*) export RIG_PATIENCE=${word#*=} ;;
    rig.job=*) JOB=${word#*=} ;;
    rig.argument=*) ARGUMENT=${word#*=} ;;
  esac
done

cd /mnt/w || exit
bash "$JOB" ${ARGUMENT:+"$ARGUMENT"} </dev/null
echo $? >/mnt/out/status
sync
/bin/busybox poweroff -f
