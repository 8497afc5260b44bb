/** mcause of a store that the machine has no host memory for, of the custom range (24 to 31); mtval is the physical page's address. */
export const HOST_MEMORY_USED_UP = 26n;
