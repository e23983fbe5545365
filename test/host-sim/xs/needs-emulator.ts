import { needsDebian } from "../../support/debian.js";

/** Says that a test needs the emulator, and what makes its images. */
export function needsEmulator(context: Mocha.Context): void {
  needsDebian(
    context,
    "gcc-riscv64-unknown-elf",
    "picolibc-riscv64-unknown-elf",
    "qemu-system-misc",
    "dpkg-dev",
  );
}
