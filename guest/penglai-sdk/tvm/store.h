/* The store's interface: what lies in the block that a client lends to "store", and the commands in req_arg. */
#ifndef STORE_H
#define STORE_H

#include <eapp.h>

#define STORE_PUT 1
#define STORE_GET 2
#define STORE_DATA_BYTES 448

/* resp_val */
#define STORE_OK 0
#define STORE_NOT_FOUND 1
#define STORE_FULL 2
#define STORE_DAMAGED 3
#define STORE_BAD_REQUEST 4

typedef struct {
  char name[NAME_LEN]; /* up to NUL or 16 bytes */
  uint8_t data[STORE_DATA_BYTES];
} store_request_t;

#endif
