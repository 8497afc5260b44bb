/*
 * Memory that grows and shrinks: SBRK, MMAP, UNMAP. Fresh pages must be zero, also when they were ours before.
 * Exit value 0, or the number of the step that failed, which is printed too.
 */
#include <atoll.h>

#define BYTES (16 * EAPP_PAGE_SIZE)

/* Fills with a pattern of address and seed, so that two pages that are secretly one would be noticed. */
static void fill(uint64_t *words, uint64_t seed)
{
  for (uint64_t i = 0; i < BYTES / 8; i++) words[i] = (uint64_t)&words[i] ^ seed;
}

static int is_filled(const volatile uint64_t *words, uint64_t seed)
{
  for (uint64_t i = 0; i < BYTES / 8; i++)
    if (words[i] != ((uint64_t)&words[i] ^ seed)) return 0;
  return 1;
}

static int is_zero(const volatile uint64_t *words)
{
  for (uint64_t i = 0; i < BYTES / 8; i++)
    if (words[i] != 0) return 0;
  return 1;
}

static int fail(int step, const char *what)
{
  eapp_print("mem: ");
  eapp_print(what);
  eapp_print("\n");
  return step;
}

int main(void)
{
  int64_t top = eapp_sbrk(0);
  if (eapp_sbrk((int64_t)BYTES) != top + (int64_t)BYTES) return fail(1, "sbrk does not grow the heap");
  uint64_t *heap = (uint64_t *)top;
  if (!is_zero(heap)) return fail(2, "fresh heap is not zero");
  fill(heap, 1);

  uint64_t *first = eapp_mmap(NULL, BYTES);
  uint64_t *second = eapp_mmap(NULL, BYTES);
  if (first == NULL || second == NULL) return fail(3, "mmap refused");
  if (!is_zero(first) || !is_zero(second)) return fail(4, "fresh mapping is not zero");
  fill(first, 2);
  fill(second, 3);
  if (!is_filled(heap, 1) || !is_filled(first, 2) || !is_filled(second, 3)) return fail(5, "blocks share memory");

  if (eapp_unmap(first, BYTES) != 0) return fail(6, "unmap refused");
  uint64_t *again = eapp_mmap(NULL, BYTES);
  if (again == NULL) return fail(7, "second mmap refused");
  if (!is_zero(again)) return fail(8, "memory came back with old contents");
  if (!is_filled(heap, 1) || !is_filled(second, 3)) return fail(9, "unmap touched another block");

  if (eapp_unmap(again, BYTES) != 0 || eapp_unmap(second, BYTES) != 0) return fail(10, "last unmap refused");
  if (eapp_sbrk(-(int64_t)BYTES) != top) return fail(11, "sbrk does not shrink the heap");
  eapp_print("mem: ok\n");
  return 0;
}
