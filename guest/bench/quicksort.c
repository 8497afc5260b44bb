/* Quicksort (Hoare partition, median of three, insertion sort below 16) of 32-bit numbers: unpredictable branches. */
#include "kernel.h"

#define COUNT 65536

static void prepare(void) {}

static void swap(uint32_t *a, uint32_t *b)
{
  uint32_t t = *a;
  *a = *b;
  *b = t;
}

static void insertion_sort(uint32_t *items, long count)
{
  for (long i = 1; i < count; i++) {
    uint32_t item = items[i];
    long hole = i;
    for (; hole > 0 && items[hole - 1] > item; hole--) items[hole] = items[hole - 1];
    items[hole] = item;
  }
}

static void quicksort(uint32_t *items, long count)
{
  while (count > 16) {
    long middle = count / 2;
    long last = count - 1;
    if (items[middle] < items[0]) swap(&items[middle], &items[0]);
    if (items[last] < items[0]) swap(&items[last], &items[0]);
    if (items[last] < items[middle]) swap(&items[last], &items[middle]);
    uint32_t pivot = items[middle];
    long left = 0;
    long right = last;
    for (;;) {
      while (items[left] < pivot) left++;
      while (items[right] > pivot) right--;
      if (left >= right) break;
      swap(&items[left++], &items[right--]);
    }
    quicksort(items, right + 1);
    items += right + 1;
    count -= right + 1;
  }
  insertion_sort(items, count);
}

static uint64_t pass(uint64_t checksum)
{
  uint32_t *items = (uint32_t *)arena;
  uint64_t state = checksum | 1;
  for (long i = 0; i < COUNT; i++) items[i] = (uint32_t)(next_random(&state) >> 16);
  quicksort(items, COUNT);
  for (long i = 0; i < COUNT; i++) checksum = fold(checksum, items[i]);
  return checksum;
}

const kernel_t quicksort_kernel = {"quicksort", 8, prepare, pass};
