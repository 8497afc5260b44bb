/**
 * The two directions of the console between machine and host: rings of bytes with a count of what was written and one of
 * what was read. Whatever transmits, UART or HTIF, shares one ring, so the host sees characters in their order.
 */
import { leaveWith } from "../exit.ts";
import { UART_RING, UART_RX, UART_TX } from "../layout.ts";
import { OUT_LEAVE, OUT_NEXT, STOP_CONSOLE } from "../stop.ts";

/** Puts a character into the transmit ring. Returns OUT_LEAVE when the host has to empty it. */
export function transmit(byte: u8): u32 {
  const head = load<u32>(UART_TX);
  store<u8>(UART_TX + 8 + (head & (UART_RING - 1)), byte);
  store<u32>(UART_TX, head + 1);
  if (head + 1 - load<u32>(UART_TX + 4) < UART_RING) return OUT_NEXT;
  leaveWith(STOP_CONSOLE, 0);
  return OUT_LEAVE;
}

/** Characters that the host has typed and the guest has not read. */
export function typedCount(): u32 {
  return load<u32>(UART_RX) - load<u32>(UART_RX + 4);
}

/** The next of them; the caller has asked whether there is one. */
export function takeTyped(): u8 {
  const tail = load<u32>(UART_RX + 4);
  store<u32>(UART_RX + 4, tail + 1);
  return load<u8>(UART_RX + 8 + (tail & (UART_RING - 1)));
}
