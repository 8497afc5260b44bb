/*
 * An eapp on top of a C library: printf, malloc, qsort and atexit of picolibc, through guest/picolibc.c.
 * Sorts its arguments. Exit value 0; 1 if the heap gives nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void say_goodbye(void)
{
  printf("goodbye"); /* no newline: leaves because exit() flushes */
}

int main(int argc, char **argv)
{
  atexit(say_goodbye);
  char **sorted = malloc((size_t)(argc + 1) * sizeof *sorted);
  if (sorted == NULL) return 1;
  memcpy(sorted, argv, (size_t)argc * sizeof *sorted);
  qsort(sorted, (size_t)argc, sizeof *sorted, by_text);
  for (int i = 0; i < argc; i++) printf("%2d %s\n", i, sorted[i]);
  free(sorted);
  return 0;
}
