/* Formatted text through the kbuffer, 511 bytes at most: %d, %x, %p, %s, %c, each also with l (Penglai reference §9). */
#ifndef PENGLAI_PRINT_H
#define PENGLAI_PRINT_H

/* %x prints all digits of its type, as the SDKs do. */
void eapp_print(const char *format, ...);

#endif
