# shellcheck shell=bash
# ./test --guest: proves the sandbox where this machine is not: on a Debian with its own, older kernel, with cgroup v2 under systemd,
# as root and as an ordinary user. Sourced by ./test after needs.sh and product.sh. What runs in the guest is guest/prove.

guest="$root/artifacts/guest"
# What the guest has beside Debian's smallest: what a server of ours has, and what the attacks are compiled against.
guest_packages=(systemd-sysv dbus dbus-user-session libpam-systemd linux-image-cloud-amd64 initramfs-tools
  bubblewrap python3 python3-pytest tzdata util-linux procps nodejs)

need_guest() {
  need qemu-system-x86 command -v qemu-system-x86_64
  need mmdebstrap command -v mmdebstrap
  need e2fsprogs test -x /sbin/mke2fs
}

# Debian as this machine is told to get it; both ways of writing that down are apt's.
guest_sources() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do [ ! -s "$file" ] || grep -h debian "$file"; done
  for file in /etc/apt/sources.list.d/*.sources; do [ ! -e "$file" ] || cat "$file" <(echo); done
}

disk() { # disk FILE FOLDER MEGABYTES: a file system of what is in a folder
  rm -f "$1" && truncate -s "$3M" "$1" && /sbin/mke2fs -q -t ext4 -d "$2" "$1"
}

# build_guest: Debian's image, kernel and initial file system, once, and again when this file changes.
build_guest() {
  [ "$guest/root.img" -nt "$root/build/guest.sh" ] && return
  [ "$(id -u)" -eq 0 ] || die "Building the guest makes a root file system, which needs root. Run once:" "sudo ./test --guest"
  local tree="$guest/root" IFS=,
  rm -rf "$guest" && mkdir -p "$guest"
  guest_sources | mmdebstrap --mode=root --variant=minbase --include="${guest_packages[*]}" \
    --customize-hook='printf "/dev/vda / ext4 rw 0 0\n/dev/vdb /p38 ext4 ro 0 0\n" >"$1/etc/fstab" && mkdir "$1/p38"' \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$tree" - || return 1
  cp "$tree"/boot/vmlinuz-* "$guest/kernel" && cp "$tree"/boot/initrd.img-* "$guest/initrd" &&
    disk "$guest/root.new" "$tree" 3000 && rm -rf "$tree" && mv "$guest/root.new" "$guest/root.img"
}

# pack_guest ARGUMENTS...: the second disk: the tests, what to tell them, the product and .NET as they are here.
pack_guest() {
  local pack="$guest/pack" dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  rm -rf "$pack" && mkdir -p "$pack/dotnet" &&
    cp -a "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$pack/dotnet/" &&
    cp -a "$root/tests/Project38.Sandbox.Tests/bin/Release/net10.0" "$pack/tests" &&
    cp -a "$product" "$pack/product" && cp -a "$root/runtime/ruff" "$pack/ruff" &&
    cp -a "$root/build/guest/." "$pack/" && echo "$@" >"$pack/filter" && disk "$guest/pack.img" "$pack" 1000 && rm -rf "$pack"
}

boot() { # boot ACCELERATOR KERNEL-WORDS ARGUMENTS...
  local accelerator=$1 words=$2; shift 2
  qemu-system-x86_64 -accel "$accelerator" -cpu "$([ "$accelerator" = kvm ] && echo host || echo max)" -smp 2 -m 4G \
    -nodefaults -nographic -serial stdio -no-reboot -kernel "$guest/kernel" -append "console=ttyS0 $words" "$@" </dev/null
}

# A kernel without a disk gives up within two seconds. Where it does not get so far, a device that is there and writable is no
# use: some clouds have one that carries only kernels made for it.
has_kvm() { [ -w /dev/kvm ] && timeout 20 bash -c "$(declare -f boot); guest='$guest'; boot kvm panic=-1" >/dev/null 2>&1; }

# run_guest RESULTS: boots it, tells what it proves as it does, and brings what was counted there into RESULTS.
run_guest() {
  local accelerator=tcg
  if has_kvm; then accelerator=kvm; else say "KVM carries no Debian here: the guest is emulated, and needs an hour or more."; fi
  rm -f "$guest/results.img" && truncate -s 64M "$guest/results.img"
  boot "$accelerator" "root=/dev/vda rw quiet loglevel=1 systemd.mask=serial-getty@ttyS0.service systemd.run=/p38/prove
    systemd.run_success_action=poweroff systemd.run_failure_action=poweroff" \
    -initrd "$guest/initrd" \
    -drive "file=$guest/root.img,if=virtio,format=raw,snapshot=on" \
    -drive "file=$guest/pack.img,if=virtio,format=raw,readonly=on" \
    -drive "file=$guest/results.img,if=virtio,format=raw" | tee "$1/console.log" | grep --line-buffered -a '^proved: ' >&2
  tar -xf "$guest/results.img" -C "$1"
}

# prove_in_guest ARGUMENTS...: all of it, with what to tell the tests. `check`, `check_product` and `results` are ./test's.
prove_in_guest() {
  check build dotnet build "$root/tests/Project38.Sandbox.Tests" -c Release --nologo &&
    check_product && check image build_guest && check pack pack_guest "$@" || return
  if run_guest "$results"; then echo passed; else echo failed; fi >"$results/guest.check"
}
