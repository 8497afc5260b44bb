/**
 * A witness plays one mistake against the system that is to make it, by the shortest way, and looks for the harm. It is the
 * proof that a switch does what it says, and that the fixed system does not.
 */

/** @param isOn whether the mistake is switched on. @returns whether harm was done */
export type Witness = (isOn: boolean) => boolean | Promise<boolean>;
