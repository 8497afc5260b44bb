/** Privilege levels in words. */
import type { Privilege } from "../core/platform.ts";

export const PRIVILEGE_NAMES: Readonly<Record<Privilege, string>> = { 0: "U-mode", 1: "S-mode", 3: "M-mode" };
