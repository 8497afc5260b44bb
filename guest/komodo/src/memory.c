/*
 * Memory that an enclave maps itself: spare pages of the host become a page table and zeroed data pages, are used, and become spare
 * again. Every call that must be refused is refused with its error (Komodo reference §1.7). Exit value 0, or the step
 * that went wrong.
 */
#include <komodo.h>

#define PAGES 3u

static int is_zero(const volatile uint64_t *page)
{
  for (size_t i = 0; i < KOMODO_PAGE_SIZE / 8; i++)
    if (page[i] != 0) return 0;
  return 1;
}

static void fill(volatile uint64_t *page, uint64_t value)
{
  for (size_t i = 0; i < KOMODO_PAGE_SIZE / 8; i++) page[i] = value;
}

int main(void)
{
  uint32_t spare[PAGES];
  uint32_t slot = KOMODO_FREE_VA >> 22;
  uint64_t *first = (uint64_t *)KOMODO_FREE_VA;
  uint64_t *second = (uint64_t *)(KOMODO_FREE_VA + KOMODO_PAGE_SIZE);
  uint32_t rights = KOM_MAPPING_R | KOM_MAPPING_W;

  if (komodo_ask_spare(spare, PAGES) != PAGES) return 1;
  if (komodo_map_data(spare[1], first, rights) != KOM_INVALID_MAPPING) return 2; /* no table there yet */
  if (komodo_init_l2ptable(spare[0], 256) != KOM_INVALID_MAPPING) return 3;
  if (komodo_init_l2ptable(spare[0], 0) != KOM_ADDRINUSE) return 4;
  if (komodo_init_l2ptable(spare[0], slot) != KOM_SUCCESS) return 5;
  if (komodo_map_data(spare[0], first, rights) != KOM_INVALID_PAGENO) return 6; /* it is a table now */
  if (komodo_map_data(spare[1], first, KOM_MAPPING_W) != KOM_INVALID_MAPPING) return 7;
  if (komodo_map_data(spare[1], first, rights) != KOM_SUCCESS) return 8;
  if (komodo_map_data(spare[2], first, rights) != KOM_INVALID_MAPPING) return 9; /* a page is there already */
  if (komodo_map_data(spare[2], second, rights) != KOM_SUCCESS) return 10;
  if (!is_zero(first) || !is_zero(second)) return 11;

  fill(first, 0x0123456789abcdef);
  if (!is_zero(second)) return 12;
  if (komodo_unmap_data(spare[2], first) != KOM_INVALID_MAPPING) return 13; /* another page is mapped there */
  fill(first, 0);
  if (komodo_unmap_data(spare[1], first) != KOM_SUCCESS) return 14;
  if (komodo_unmap_data(spare[1], first) != KOM_INVALID_PAGENO) return 15;

  fill(second, ~0ul);
  if (komodo_unmap_data(spare[2], second) != KOM_SUCCESS) return 16; /* left full on purpose */
  if (komodo_map_data(spare[2], first, rights) != KOM_SUCCESS) return 17;
  if (!is_zero(first)) return 18; /* MapData zeroes, whatever the page held */
  komodo_print("memory: ok\n");
  return 0;
}
