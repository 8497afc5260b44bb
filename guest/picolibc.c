/*
 * What picolibc needs from the system to run inside an enclave: output, heap, exit. Link it into an eapp that uses
 * stdio or malloc; crt0.S sees the strong `eapp_finish` and ends through exit(), so that streams are flushed.
 *
 * stdout and stderr are one stream that collects up to 511 bytes and leaves at a newline, when full, and at exit.
 * Not here: input (reads as end of file), files, time, more than one thread.
 */
#include <atoll.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char pending[EAPP_KBUFFER_TEXT_MAX];
static size_t pending_len;

static int flush(FILE *stream)
{
  (void)stream;
  eapp_write(pending, pending_len);
  pending_len = 0;
  return 0;
}

static int put(char c, FILE *stream)
{
  pending[pending_len++] = c;
  if (c == '\n' || pending_len == sizeof pending) flush(stream);
  return (unsigned char)c;
}

static int get(FILE *stream)
{
  (void)stream;
  return EOF;
}

static FILE console = FDEV_SETUP_STREAM(put, get, flush, _FDEV_SETUP_RW);
FILE *const stdin = &console;
FILE *const stdout = &console;
FILE *const stderr = &console;

/* Unix (bytes, the *old* break) on top of Penglai (whole pages, the *new* top): what is left of a page is kept. */
void *sbrk(ptrdiff_t increment)
{
  static uint64_t brk;
  static uint64_t top;
  if (top == 0) brk = top = (uint64_t)eapp_sbrk(0);
  uint64_t wanted = brk + (uint64_t)increment;
  uint64_t wanted_top = (wanted + EAPP_PAGE_SIZE - 1) & ~(EAPP_PAGE_SIZE - 1);
  if (wanted_top != top) {
    if ((uint64_t)eapp_sbrk((int64_t)(wanted_top - top)) != wanted_top) {
      errno = ENOMEM;
      return (void *)-1;
    }
    top = wanted_top;
  }
  uint64_t old = brk;
  brk = wanted;
  return (void *)old;
}

void _exit(int status)
{
  flush(stdout);
  eapp_exit((uint64_t)(int64_t)status);
}

void eapp_finish(int status)
{
  exit(status);
}
