# Where everything that is built and written goes. Nothing of it is in the source tree.
RIG_WORK=$(readlink -m "${RIG_WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/spindle-rig}")
export RIG_WORK
mkdir -p "$RIG_WORK"
