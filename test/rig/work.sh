# Where everything that is built and written goes, and which machine it is for. Nothing of it is in the source tree.
RIG_WORK=$(readlink -m "${RIG_WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/spindle-rig}")
RIG_MACHINE=${RIG_MACHINE:-uml}
MACHINE=$RIG_WORK/$RIG_MACHINE
[ -f "$HERE/machine-$RIG_MACHINE.sh" ] || { echo "rig: no machine $RIG_MACHINE: uml or qemu" >&2; exit 125; }
. "$HERE/machine-$RIG_MACHINE.sh"
export RIG_WORK RIG_MACHINE
mkdir -p "$MACHINE"
