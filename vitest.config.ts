import { defineConfig } from "vitest/config";

/** `unit` needs npm alone; `peers` needs QEMU and a cross compiler and fails, never skips, without them. */
export default defineConfig({
  test: {
    // Vitest leaves one core to itself, which on a machine of two is half of it.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/peers/**"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      { test: { name: "peers", include: ["test/peers/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 600_000 } },
    ],
  },
});
