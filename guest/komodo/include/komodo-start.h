/* What the host said about this run before it started; start.c copies it once. None of it is to be believed. */
#ifndef KOMODO_START_H
#define KOMODO_START_H

#include <komodo.h>

/* The measurement of this enclave, according to the host: komodo_own_measurement() asks the monitor whether it is true. */
extern komodo_words_t komodo_claimed_measurement;
/* Which enclave of the run this is, from 0, and how many there are. */
extern uint32_t komodo_index;
extern uint32_t komodo_enclaves;

#endif
