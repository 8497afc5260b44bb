/*
 * Smallest tour of the SDK: greets, says who it is and how it was called, and asks for a report about itself.
 * Exit value 0; 1 if the monitor refuses the report or answers with another nonce.
 */
#include <atoll.h>

#define NONCE 12345 /* the demo host's nonce in Penglai's SDK */

static EAPP_ONE_PAGE eapp_report_t report;

int main(int argc, char **argv)
{
  eapp_print("hello from enclave ");
  eapp_print_u64(eapp_get_enclave_id());
  eapp_print("\n");
  for (int i = 0; i < argc; i++) {
    eapp_print("argument: ");
    eapp_print(argv[i]);
    eapp_print("\n");
  }
  if (eapp_get_report(&report, NONCE) != 0 || report.nonce != NONCE) {
    eapp_print("no report\n");
    return 1;
  }
  eapp_print("measured as ");
  eapp_print_hex(report.enclave_hash, sizeof report.enclave_hash);
  eapp_print("\n");
  return 0;
}
