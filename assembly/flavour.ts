/**
 * Which machine this build is: functional (time is retired instructions) or timed (caches are charged). The target in
 * asconfig.json aliases FLAVOUR to one of the two; the compiler folds it, so what is off costs nothing.
 */
export const FUNCTIONAL: bool = false;
export const CACHES: bool = true;

// @ts-expect-error: FLAVOUR is given to asc with --use
export const TIMED: bool = FLAVOUR;
