# In a Debian in which the package is installed and no systemd runs: records a disc as the service's user.
check() {
  local name=$1
  shift
  if "$@" >/tmp/out 2>&1; then echo "ok   $name"; else
    echo "FAIL $name"
    cat /tmp/out
  fi
}
SERVICE='--reuid=spindle --regid=spindle --init-groups'
refused_to_nobody() { ! setpriv --reuid=nobody --regid=nogroup --clear-groups spindle drives; }

check 'the package has made a user of its own, who may use drives' \
  test "$(id -Gn spindle)" = 'spindle cdrom'
check 'its units are switched on' \
  test -e /etc/systemd/system/multi-user.target.wants/spindled.service \
  -a -e /etc/systemd/system/sockets.target.wants/spindled.socket \
  -a -e /etc/systemd/system/multi-user.target.wants/spindle-drain.service

check 'udev takes its rule for drives' udevadm verify /usr/lib/udev/rules.d/60-spindle.rules

STATE=/var/lib/spindle
systemd-tmpfiles --create spindle.conf
install -d -o spindle -g spindle -m 0700 "$STATE"
export STATE_DIRECTORY=$STATE RUNTIME_DIRECTORY=/run/spindle
setpriv $SERVICE spindled --config /etc/spindle/spindled.json --virtual-drives 1 &
daemon=$!
for _ in $(seq 600); do
  [ ! -S /run/spindle/api.sock ] || break
  sleep 0.1
done
unset STATE_DIRECTORY RUNTIME_DIRECTORY # people have none
mkdir -p /srv/data
cp /etc/services /srv/data/

check 'spindle doctor finds nothing amiss, as the service' setpriv $SERVICE spindle doctor
check 'a folder below /srv becomes a disc' setpriv $SERVICE spindle burn /srv/data --verify full
check 'somebody else is refused' refused_to_nobody
check 'no port is open' test -z "$(awk -v uid="$(id -u spindle)" '$4 == "0A" && $8 == uid' /proc/net/tcp /proc/net/tcp6)"
kill "$daemon"
wait "$daemon"
check 'SIGTERM ends the daemon' test $? = 0
# The idle worker too, which would end by itself in half a minute.
for worker in $(grep -l "$STATE" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do kill "$worker"; done
rm -rf "$STATE" /run/spindle
