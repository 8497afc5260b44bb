/*
 * A server that keeps named records on the host's disk, which is not to be trusted: the host sees sectors, and may change, exchange or repeat
 * them. Each sector carries a tag under a key that only this program gets (GET_KEY, STORAGE), over its number, its version and its contents; the
 * versions stay in the enclave, so an old sector is refused, too. Contents are encrypted.
 *
 *   sector of 512 bytes: 0 data 448 | 448 tag 32 | 480 zero
 *
 * Records are lost with the enclave: the directory lives in its memory.
 */
#include "store.h"

#include <print.h>
#include <sha256.h>

#define RECORDS 8
#define SECTOR_BYTES 512

static struct {
  char name[NAME_LEN];
  uint64_t version; /* 0: free */
} directory[RECORDS];

static uint8_t encryption[SHA256_BYTES];
static uint8_t authentication[SHA256_BYTES];
static int has_keys;

static int derive_keys(void)
{
  static char key[32] __attribute__((aligned(32)));
  if (get_key(STORAGE_KEY, key, sizeof key) != 0) return -1;
  hmac_sha256((uint8_t *)key, "encrypt", 7, encryption);
  hmac_sha256((uint8_t *)key, "authenticate", 12, authentication);
  has_keys = 1;
  return 0;
}

typedef struct {
  uint64_t sector;
  uint64_t version;
  uint8_t data[STORE_DATA_BYTES];
} record_t;

/* XOR with a stream that no other sector or version has. */
static void crypt(record_t *record)
{
  uint64_t place[3] = {record->sector, record->version, 0};
  uint8_t stream[SHA256_BYTES];
  for (size_t i = 0; i < STORE_DATA_BYTES; i++) {
    if (i % SHA256_BYTES == 0) {
      place[2] = i / SHA256_BYTES;
      hmac_sha256(encryption, place, sizeof place, stream);
    }
    record->data[i] ^= stream[i % SHA256_BYTES];
  }
}

static unsigned long write_record(record_t *record)
{
  volatile uint8_t *kbuffer = (volatile uint8_t *)ENCLAVE_DEFAULT_KBUFFER;
  uint8_t tag[SHA256_BYTES];
  crypt(record);
  hmac_sha256(authentication, record, sizeof *record, tag);
  for (size_t i = 0; i < SECTOR_BYTES; i++)
    kbuffer[i] = i < STORE_DATA_BYTES                  ? record->data[i]
                 : i < STORE_DATA_BYTES + sizeof tag ? tag[i - STORE_DATA_BYTES]
                                                       : 0;
  return eapp_persistency_write_sec(record->sector) == 0 ? STORE_OK : STORE_DAMAGED;
}

static unsigned long read_record(record_t *record)
{
  volatile uint8_t *kbuffer = (volatile uint8_t *)ENCLAVE_DEFAULT_KBUFFER;
  uint8_t tag[SHA256_BYTES];
  if (eapp_persistency_read_sec(record->sector) != 0) return STORE_DAMAGED;
  for (size_t i = 0; i < STORE_DATA_BYTES; i++) record->data[i] = kbuffer[i];
  hmac_sha256(authentication, record, sizeof *record, tag);
  uint8_t difference = 0;
  for (size_t i = 0; i < sizeof tag; i++) difference |= tag[i] ^ kbuffer[STORE_DATA_BYTES + i];
  if (difference != 0) return STORE_DAMAGED;
  crypt(record);
  return STORE_OK;
}

static int has_name(size_t i, const char *name)
{
  if (directory[i].version == 0) return 0;
  for (size_t at = 0; at < NAME_LEN; at++) {
    if (directory[i].name[at] != name[at]) return 0;
    if (name[at] == '\0') break;
  }
  return 1;
}

static unsigned long serve(unsigned long command, store_request_t *request)
{
  size_t free_at = RECORDS;
  size_t at = RECORDS;
  for (size_t i = RECORDS; i-- > 0;) {
    if (directory[i].version == 0) free_at = i;
    if (has_name(i, request->name)) at = i;
  }
  if (command == STORE_GET) {
    if (at == RECORDS) return STORE_NOT_FOUND;
    record_t record = {.sector = at, .version = directory[at].version};
    unsigned long result = read_record(&record);
    for (size_t i = 0; result == STORE_OK && i < STORE_DATA_BYTES; i++) request->data[i] = record.data[i];
    return result;
  }
  if (command != STORE_PUT) return STORE_BAD_REQUEST;
  if (at == RECORDS) at = free_at;
  if (at == RECORDS) return STORE_FULL;
  for (size_t i = 0; i < NAME_LEN; i++) directory[at].name[i] = request->name[i];
  record_t record = {.sector = at, .version = ++directory[at].version};
  for (size_t i = 0; i < STORE_DATA_BYTES; i++) record.data[i] = request->data[i];
  return write_record(&record);
}

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  struct call_enclave_arg_t answer = {.resp_val = STORE_BAD_REQUEST, .req_vaddr = args[11], .req_size = args[12]};
  if ((has_keys || derive_keys() == 0) && args[11] != 0 && args[12] >= sizeof(store_request_t))
    answer.resp_val = serve(args[10], (store_request_t *)args[11]);
  SERVER_RETURN(&answer);
}
