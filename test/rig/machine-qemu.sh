# Debian's kernel for amd64 in qemu, all of it emulated by software. The kernel's package is unpacked, not installed.
PACKAGES=(qemu-system-x86 e2fsprogs)
PROGRAMS=(qemu-system-x86_64 mke2fs)
MODULES=$MACHINE/debian/lib/modules
# Without them there is no root, no disk and no drive.
FIRST_MODULES=(virtio_pci 9pnet_virtio 9p overlay virtio_blk ext4 configfs)
PATIENCE=8
# Folders of many small files: a disk of ext4 gives them many times faster than 9p does.
PACKED=(node_modules dist)

unfit() { :; }

prepare() {
  [ ! -f "$MACHINE/vmlinux" ] || return 0
  local package
  package=$(apt-cache depends linux-image-amd64 | awk '/Depends:/ { print $2; exit }')
  [ -n "$package" ] || { echo 'rig: linux-image-amd64 is unknown, run apt-get update' >&2; return 1; }
  rm -rf "$MACHINE/debian"
  mkdir "$MACHINE/debian"
  (cd "$MACHINE/debian" && apt-get -qq -o APT::Sandbox::User=root download "$package")
  dpkg-deb --fsys-tarfile "$MACHINE"/debian/*.deb | tar -x -C "$MACHINE/debian" \
    --exclude='*/sound' --exclude='*/drivers/gpu' --exclude='*/drivers/media' --exclude='*/drivers/net' ./boot ./lib
  depmod -b "$MACHINE/debian" "${package#linux-image-}"
  python3 "$HERE/extract-vmlinux.py" "$MACHINE"/debian/boot/vmlinuz-* "$MACHINE/vmlinux"
  rm "$MACHINE"/debian/*.deb
}

# A disk with what is in a folder, and room for more.
pack() { # FOLDER DISK
  local files megabytes
  files=$(find "$1" | wc -l)
  megabytes=$(du -sm "$1" | cut -f1)
  mke2fs -q -F -t ext4 -O ^has_journal -m 0 -N $((files + 1000)) -d "$1" "$2" "$((megabytes * 13 / 10 + 64))M" >/dev/null
}

boot() { # WORD... of the kernel's command line
  local name disks=() points=()
  for name in "${PACKED[@]}"; do
    points+=("$CHECKOUT/$name")
    pack "$CHECKOUT/$name" "$SCRATCH/$name" || return
    disks+=(-drive "file=$SCRATCH/$name,if=none,id=$name,format=raw" -device "virtio-blk-pci,drive=$name")
  done
  # HPET, since a kernel measures how fast its TSC is, which a busy host makes it find several times too slow: its clock would run ahead.
  timeout -k 5 "$TMO" qemu-system-x86_64 -M q35,vmport=off -accel tcg,tb-size=512 -cpu max -smp 1 -m "$MEM" \
    -nodefaults -no-user-config -display none -serial stdio -monitor none -no-reboot \
    -fsdev "local,id=root,path=/,security_model=passthrough,readonly=on,multidevs=remap" \
    -device virtio-9p-pci,fsdev=root,mount_tag=root \
    -fsdev "local,id=out,path=$OUT,security_model=none,multidevs=remap" \
    -device virtio-9p-pci,fsdev=out,mount_tag=out \
    -device virtio-rng-pci "${disks[@]}" \
    -kernel "$MACHINE/vmlinux" -initrd "$MACHINE/initrd.gz" \
    -append "console=ttyS0,115200 panic=-1 mitigations=off nokaslr random.trust_cpu=on tsc=unstable clocksource=hpet no_timer_check \
rig.disks=$(IFS=,; echo "${points[*]}") $*"
}
