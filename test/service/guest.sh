# Inside the machine, as root, with systemd: tries what the units promise, powers off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
check() {
  local name=$1
  shift
  if "$@" >/tmp/out 2>&1; then echo "ok   $name"; else
    echo "FAIL $name"
    cat /tmp/out
  fi
}
main() { systemctl show -P MainPID spindled; }
status() { sed -n "s/^$1:\t*//p" "/proc/$(main)/status"; }
workers() { grep -l 'worker/[m]ain' /proc/[0-9]*/cmdline 2>/dev/null; }
# The process of the worker that writes.
worker() { workers | xargs grep -l "$(cat /root/drive)"; }
# Whether the worker is the one of $burning; else tells which there are, and what the daemon said.
same_worker() {
  [ "$(worker)" = "$burning" ] || {
    echo "it was $burning; there are: $(workers | tr '\n' ' ')"
    journalctl -u spindled -n 20 --no-pager
    return 1
  }
}
api() {
  node -e '
    const [method, path, body] = process.argv.slice(1);
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const request = require("http").request({ socketPath: "/run/spindle/api.sock", method, path, headers }, (response) => {
      let text = "";
      response.on("data", (piece) => (text += piece)).on("end", () => {
        console.log(text);
        process.exitCode = response.statusCode < 300 ? 0 : 1;
      });
    });
    request.on("error", (error) => { console.error(String(error)); process.exitCode = 1; });
    request.end(body);' "$@"
}
# slow_burn DRIVE [MS [TIMES]]: a disc each of whose writes, or so many of them, takes a second, or so long; ends when it is being
# written. Its job: /root/job.
slow_burn() {
  local drive job ms=${2:-1000} times=${3:-1000}
  drive=$(spindle drives | awk -v name="$1" '$2 == name { print $1 }')
  echo "$drive" >/root/drive
  api PUT "/v1/virtual-drives/$drive/faults" \
    "{\"faults\":[{\"when\":{\"opcode\":42},\"do\":{\"action\":\"stall\",\"ms\":$ms},\"times\":$times}]}" >/dev/null
  job=$(spindle burn /srv/data --drive "$drive" --detach)
  echo "$job" >/root/job
  for _ in $(seq 100); do
    ! api GET "/v1/jobs/$job" | grep -q '"phase":"write"' || return 0
    sleep 0.2
  done
  return 1
}
one_attempt() {
  api GET "/v1/jobs/$(cat /root/job)/copies" |
    node -e '
      const [copy] = JSON.parse(require("fs").readFileSync(0)).items;
      console.log(JSON.stringify(copy));
      process.exit(copy.state === "good" && copy.tries.length === 1 ? 0 : 1);'
}
# Until another daemon than this one serves: before that, systemd does not watch it.
another_daemon() {
  for _ in $(seq 300); do
    [ "$(main)" = "$1" ] || [ "$(systemctl is-active spindled)" != active ] || return 0
    sleep 0.2
  done
  return 1
}

upgrade() { dpkg --force-unsafe-io -i /root/next.deb; }
stopped() { test "$(systemctl is-active spindled.service spindled.socket | sort -u)" = inactive; }

first() {
  local burning old answers
  check 'systemd has started all three units' systemctl is-active spindled.service spindled.socket spindle-drain.service
  check 'no unit has failed' test -z "$(systemctl --failed --plain --no-legend | grep spindle)"
  check 'the daemon runs as its own user' test "$(status Uid | cut -f1)" = "$(id -u spindle)"
  check 'without any capability' test "$(status CapBnd)$(status CapEff)" = 00000000000000000000000000000000
  check 'behind a filter of system calls' test "$(status Seccomp)" = 2
  check 'homes are hidden from it' test -z "$(ls -A "/proc/$(main)/root/root/" 2>/dev/null)"
  for place in /srv /usr /etc; do
    check "$place is read-only to it" nsenter -t "$(main)" -m -- sh -c "! touch $place/x"
  done
  check 'the socket belongs to the group' test "$(stat -c '%U:%G %a' /run/spindle/api.sock)" = 'root:spindle 660'
  check 'no port is open' test -z "$(sed 1d /proc/net/tcp /proc/net/tcp6 | awk '$4 == "0A"')"
  check 'a member of the group may use it' setpriv --reuid=4711 --regid=4711 --groups="$(id -g spindle)" spindle drives
  check 'and not drain it' \
    sh -c 'setpriv --reuid=4711 --regid=4711 --groups="$(id -g spindle)" spindle drain; test $? = 4'
  check 'somebody else may not even connect, and is told by which group he might' \
    sh -c 'said=$(setpriv --reuid=4711 --regid=4711 --clear-groups spindle drives 2>&1); test $? = 4 && echo "$said" | grep -q "group spindle"'
  check 'spindle doctor finds nothing amiss, as the service' setpriv --reuid=spindle --regid=spindle --init-groups spindle doctor

  # A disc has to be written for longer than three daemons take to start and the watchdog to notice, which depends on the host.
  began=$SECONDS
  systemctl restart spindled
  spindle drives >/dev/null
  writes=$(((4 * (SECONDS - began) + 60) / 10))
  check 'a disc is being written' slow_burn virtual-1 10000 "$writes"
  burning=$(worker)
  check 'by one worker' test "$(worker | wc -l)" = 1
  old=$(main)
  systemctl restart --no-block spindled
  answers=$(for _ in 1 2 3; do (spindle --json drives >/dev/null; echo $?) & done; wait)
  check 'clients that come during a restart are served' test "$(echo $answers)" = '0 0 0'
  check 'a restart brings another daemon' another_daemon "$old"
  check 'and leaves the worker alone' same_worker
  old=$(main)
  kill -KILL "$old"
  check 'a daemon that is killed is started again' another_daemon "$old"
  check 'and the worker goes on' same_worker
  old=$(main)
  kill -STOP "$old"
  check 'a daemon that hangs is ended by the watchdog' another_daemon "$old"
  check 'and the worker still goes on' same_worker
  check 'the disc becomes good' spindle watch "$(cat /root/job)"
  check 'at its first attempt' one_attempt

  check 'a disc is being written before an upgrade' slow_burn virtual-3 10000 "$writes"
  burning=$(worker)
  old=$(main)
  check 'the package is upgraded' upgrade
  check 'no daemon was there while files were exchanged' test "$(sort -u /root/at-unpack)" = inactive
  check 'after that there is one of the next version' another_daemon "$old"
  check 'and the worker goes on' same_worker
  check 'the disc becomes good under the next version' spindle watch "$(cat /root/job)"
  check 'at its only attempt' one_attempt
  systemctl stop spindled.socket spindled.service
  check 'an upgrade of what was stopped succeeds' upgrade
  check 'and starts nothing' stopped
  systemctl start spindled.socket spindled.service

  check 'another disc is being written' slow_burn virtual-2
  echo 'done'
  systemctl poweroff # spindle-drain.service keeps the machine up
}

second() {
  check 'the disc that was being written when the host was shut down is good' spindle watch "$(cat /root/job)"
  check 'since the host waited for it' one_attempt

  # Longer than systemd lets live what it has told to end.
  check 'a disc is being written whose daemon is stopped' slow_burn virtual-4 4000
  systemctl stop spindled.socket spindled.service
  check 'and its worker goes on' test "$(worker | wc -l)" = 1
  echo 'done'
  systemctl poweroff
}

third() {
  check 'the disc whose daemon was stopped before the host was shut down is good' spindle watch "$(cat /root/job)"
  check 'since the host waited for its worker' one_attempt
  check 'a disc is being written whose package is removed' slow_burn virtual-5 4000
  check 'the package is removed' dpkg -r spindle
  check 'and its units have ended' \
    test "$(systemctl is-active spindled.service spindled.socket spindle-drain.service | sort -u)" = inactive
  check 'without waiting for the worker' test "$(worker | wc -l)" = 1
  echo 'done'
  systemctl poweroff
}

for word in $(cat /proc/cmdline); do
  case $word in spindle.test=*) "${word#*=}" ;; esac
done
