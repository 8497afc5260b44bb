/*
 * Two enclaves of this program meet over the channel, which the host reads and writes too, and each makes sure that the
 * other one is the same program on the same machine, alive now, and talking to it.
 *
 * The host says who is 0 and who is 1; that is the direction in what they attest (komodo-attest.h), so an enclave that is shown its
 * own words refuses them. Each draws a nonce, and takes one answer for it. Argument: what to say.
 *
 * Side i of the channel, at 512 * i, written by enclave i alone:
 *   0 stage u32 (1: nonce, 2: answer) | 4 payload bytes u32 | 8 nonce 8 x u32 | 40 mac 8 x u32 | 72 payload
 *
 * Exit value 0; 1 the answer is refused; 2 the host's word about this enclave is wrong; 3 nobody came.
 */
#include <komodo-attest.h>
#include <komodo-start.h>

#define MAX_PAYLOAD 256
#define PATIENCE 100 /* turns */

typedef struct {
  volatile uint32_t stage;
  volatile uint32_t payload_bytes;
  volatile uint32_t nonce[8];
  volatile uint32_t mac[8];
  volatile uint8_t payload[MAX_PAYLOAD];
} side_t;

static side_t *side(uint32_t index)
{
  return (side_t *)(KOMODO_CHANNEL + 512 * index);
}

static komodo_words_t copied(const volatile uint32_t *from)
{
  komodo_words_t words;
  for (size_t i = 0; i < 8; i++) words.word[i] = from[i];
  return words;
}

static void put(volatile uint32_t *to, const komodo_words_t *words)
{
  for (size_t i = 0; i < 8; i++) to[i] = words->word[i];
}

/* @returns 0 if the other side does not come that far */
static int wait_for(const side_t *other, uint32_t stage)
{
  for (int turns = 0; turns < PATIENCE; turns++) {
    if (other->stage >= stage) return 1;
    komodo_yield();
  }
  return 0;
}

static void answer(side_t *mine, uint32_t index, const komodo_words_t *nonce, const char *text)
{
  komodo_statement_t statement = {.direction = (uint8_t)index, .to = komodo_claimed_measurement, .nonce = *nonce};
  statement.payload = text;
  while (text[statement.payload_bytes] != '\0' && statement.payload_bytes < MAX_PAYLOAD) statement.payload_bytes++;
  komodo_words_t mac = komodo_attest(komodo_statement_digest(&statement));
  for (size_t i = 0; i < statement.payload_bytes; i++) mine->payload[i] = (uint8_t)text[i];
  mine->payload_bytes = (uint32_t)statement.payload_bytes;
  put(mine->mac, &mac);
  mine->stage = 2;
}

/* @param text receives what the other said @returns how many bytes, or -1 if it is not what a peer attested for my nonce */
static int heard(const side_t *other, uint32_t index, const komodo_words_t *nonce, char text[MAX_PAYLOAD])
{
  uint32_t byte_len = other->payload_bytes;
  if (byte_len > MAX_PAYLOAD) return -1;
  for (uint32_t i = 0; i < byte_len; i++) text[i] = (char)other->payload[i];
  komodo_statement_t statement = {.direction = (uint8_t)index, .to = komodo_claimed_measurement, .nonce = *nonce};
  statement.payload = text;
  statement.payload_bytes = byte_len;
  komodo_words_t mac = copied(other->mac);
  return komodo_verify(komodo_statement_digest(&statement), komodo_claimed_measurement, mac) ? (int)byte_len : -1;
}

int main(int argc, char **argv)
{
  uint32_t me = komodo_index & 1;
  uint32_t peer = 1 - me;
  if (!komodo_is_own_measurement(&komodo_claimed_measurement)) return 2;

  side_t *mine = side(me);
  const side_t *other = side(peer);
  komodo_words_t nonce;
  for (size_t i = 0; i < 8; i++) nonce.word[i] = komodo_random();
  put(mine->nonce, &nonce);
  mine->stage = 1;

  if (!wait_for(other, 1)) return 3;
  komodo_words_t theirs = copied(other->nonce);
  answer(mine, me, &theirs, argc > 0 ? argv[0] : "hello");

  if (!wait_for(other, 2)) return 3;
  char text[MAX_PAYLOAD];
  int byte_len = heard(other, peer, &nonce, text);
  komodo_print_u32(me);
  if (byte_len < 0) {
    komodo_print(" refuses what it hears\n");
    return 1;
  }
  komodo_print(" hears: ");
  komodo_write(text, (size_t)byte_len);
  komodo_print("\n");
  return 0;
}
