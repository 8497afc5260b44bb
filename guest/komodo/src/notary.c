/*
 * A notary: numbers the documents that it is given (arguments) without a gap or a repetition, and attests each number
 * together with the document. Then it checks its receipts as anybody on this machine would, and that a receipt does not
 * fit another number.
 *
 * Receipt: Attest over SHA-256("KNT1" || number u64, most significant byte first || SHA-256(document)). The counter lives
 * in a data page: it counts as long as the enclave lives, and a new enclave starts at 1 (Komodo has no storage that outlives it).
 * Exit value 0; 1 if a receipt is not what it should be.
 */
#include <komodo-attest.h>
#include <komodo-start.h>

#define MAX_RECEIPTS 16

typedef struct {
  uint64_t number;
  komodo_words_t document;
  komodo_words_t mac;
} receipt_t;

static uint64_t counter;
static receipt_t receipts[MAX_RECEIPTS];

static komodo_words_t digest_of(uint64_t number, const komodo_words_t *document)
{
  uint8_t message[4 + 8 + 32] = {'K', 'N', 'T', '1'};
  for (size_t i = 0; i < 8; i++) message[4 + i] = (uint8_t)(number >> (56 - 8 * i));
  komodo_words_to_bytes(document, message + 12);
  return komodo_sha256(message, sizeof message);
}

static receipt_t notarise(const char *text)
{
  size_t byte_len = 0;
  while (text[byte_len] != '\0') byte_len++;
  receipt_t receipt = {.number = ++counter, .document = komodo_sha256(text, byte_len)};
  receipt.mac = komodo_attest(digest_of(receipt.number, &receipt.document));
  return receipt;
}

static int is_genuine(const receipt_t *receipt)
{
  return komodo_verify(digest_of(receipt->number, &receipt->document), komodo_claimed_measurement, receipt->mac);
}

int main(int argc, char **argv)
{
  if (!komodo_is_own_measurement(&komodo_claimed_measurement)) {
    komodo_print("the host does not know what it has started\n");
    return 1;
  }
  int count = argc < MAX_RECEIPTS ? argc : MAX_RECEIPTS;
  for (int i = 0; i < count; i++) {
    receipts[i] = notarise(argv[i]);
    komodo_print_u32((uint32_t)receipts[i].number);
    komodo_print(" ");
    komodo_print_words(&receipts[i].mac);
    komodo_print("\n");
  }
  for (int i = 0; i < count; i++) {
    receipt_t renumbered = receipts[i];
    renumbered.number++;
    if (!is_genuine(&receipts[i]) || is_genuine(&renumbered)) return 1;
  }
  komodo_print("all receipts are genuine, and none under another number\n");
  return 0;
}
