/** The RAM disk of scripts/linux-boot.ts: BusyBox, and an `/init` that looks around, and ends or gives a shell. */
import { cpioArchive } from "./cpio.ts";

const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t sysfs sys /sys
/bin/busybox --install -s /bin
export PATH=/bin
echo "init: $(uname -srm), $(nproc) hart(s)"
grep -m 3 -E "^(isa|mmu)" /proc/cpuinfo
grep -E "ttyS0|timer" /proc/interrupts
seq 1 1000 | awk '{ sum += $1 / 3 } END { printf "a thousand thirds: %.4f\\n", sum }'
if grep -qw shell /proc/cmdline; then
  setsid cttyhack sh
fi
poweroff -f
`;

/** What the boot prints when user space begins. */
export const FIRST_WORDS = "init: ";

/** @param busybox a statically linked BusyBox for riscv64 */
export const ramDisk = (busybox: Uint8Array): Uint8Array =>
  cpioArchive([
    { path: "bin", kind: "directory" },
    { path: "dev", kind: "directory" },
    { path: "dev/console", kind: "device", major: 5, minor: 1 },
    { path: "bin/busybox", kind: "file", bytes: busybox, isExecutable: true },
    { path: "init", kind: "file", bytes: new TextEncoder().encode(INIT), isExecutable: true },
  ]);
