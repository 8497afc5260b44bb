/**
 * What holds before and after every trap, as functions that read state and memory afresh. They share no code with the calls
 * that keep them, and know of no defect: a switched-on mistake that breaks one is caught by it. Penglai reference §2.3, §6.9.
 */
import type { Invariant } from "../kernel/personality.ts";
import { images } from "./invariants/images.ts";
import { life } from "./invariants/life.ts";
import { buddies, owners, regions } from "./invariants/memory.ts";
import type { MonitorState } from "./state.ts";

/** In the order of what they cost. */
export const INVARIANTS: readonly Invariant<MonitorState>[] = [regions, buddies, ...life, owners, images];
