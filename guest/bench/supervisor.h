/* From M-mode down to S-mode with Sv39 on. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

/*
 * Opens memory to S-mode (PMP), enables the counters, builds the page tables, and goes on in `entry` in S-mode on
 * the same stack with translation on. Traps still go to M-mode. Call from M-mode; does not return.
 */
__attribute__((noreturn)) void enter_supervisor(void (*entry)(void));

#endif
