# Debian's user-mode Linux: the kernel runs as ordinary processes.
PACKAGES=(user-mode-linux)
PROGRAMS=(linux.uml)
MODULES=/usr/lib/uml/modules
# Without them there is no root and no drive.
FIRST_MODULES=(overlay configfs)
PATIENCE=1

# Why it cannot run here. On the one host with AMX that was tried, Linux 6.1.176 panicked each time as soon as its first process ran, with
# put_fp_registers on the stack; hosts without ran it. That AMX is the reason is concluded from that alone.
unfit() {
  ! grep -qw amx_tile /proc/cpuinfo || echo 'user-mode Linux 6.1 does not run on processors with AMX'
}

prepare() { :; }

boot() { # WORD... of the kernel's command line
  # The guest's memory is a file. In RAM where there is room, else where everything else goes.
  local room in_ram=
  room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
  [ "${room:-0}" -lt 2000000 ] || in_ram=/dev/shm
  # Its own process group, so that all of its processes end with it.
  TMPDIR=${in_ram:-$SCRATCH} timeout -k 5 "$TMO" linux.uml \
    "mem=$MEM" "initrd=$MACHINE/initrd.gz" con0=fd:0,fd:1 con=null "uml_dir=$SCRATCH/" "$@"
}
